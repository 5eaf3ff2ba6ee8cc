import {
  ArgumentError,
  type Network,
  type Padding,
  type Params,
  type Precision,
  ShapeError,
} from "@eddyflow/core";
import {
  concatenateChannels,
  convolutionSum,
  maxPool,
  padConvolutionRelu,
  relu,
  toFullPrecision,
  toLowPrecision,
  upsample,
} from "@eddyflow/ops";
import { foldIn, uniformTensor } from "@eddyflow/random";
import { mul, sub, type Tensor, tidy } from "@tensorflow/tfjs-core";

export interface UNetOptions {
  /** Channels per level, finest first, e.g. [64, 96, 96, 128]; each further level halves the grid. */
  readonly features: readonly number[];
  readonly inChannels: number;
  readonly outChannels: number;
  /** How each spatial axis goes on beyond its ends: two paddings make a network of planes, three of volumes. */
  readonly padding: readonly Padding[];
}

/** How a network is evaluated, which is no part of what it is: the same weights serve either way. */
export interface EvaluationOptions {
  /**
   * `float32` by default. `mixed` runs everything between input and result in low precision, except biases and
   * all sums, and takes and gives float32: inputs, parameters, result and gradients. A backend without low precision
   * computes in float32 all the same; ask `requireMixedPrecision` of the backend package first.
   */
  readonly precision?: Precision;
}

/** Every block's name with its channels in and out, in the order of the parameters. */
function blocksOf({
  features,
  inChannels,
  outChannels,
}: UNetOptions): readonly (readonly [name: string, inputs: number, outputs: number])[] {
  const finest = features[0] as number;
  const coarsest = features.at(-1) as number;
  const steps = features.slice(1).map((wide, k) => [features[k] as number, wide] as const);
  const upward = [...steps].reverse();
  return [
    ["first", inChannels, finest],
    ...steps.map(([narrow, wide], k) => [`encoder.${k}`, narrow, wide] as const),
    ["bottleneck", coarsest, coarsest],
    ...upward.flatMap(
      ([narrow, wide], k) =>
        [
          [`upsample.${k}`, wide, narrow],
          [`decoder.${k}`, 2 * narrow, narrow],
        ] as const,
    ),
    ["final", finest, outChannels],
  ];
}

/**
 * The shape of every parameter of a U-Net by name, in order: weights `[kh, kw, in, out]` or
 * `[kd, kh, kw, in, out]`, biases `[out]`.
 */
export function uNetShapes(options: UNetOptions): Readonly<Record<string, readonly number[]>> {
  const kernel = (size: number): number[] => options.padding.map(() => size);
  const convolutions = blocksOf(options).flatMap(
    ([name, inputs, outputs]) =>
      [
        [`${name}.conv1`, [...kernel(3), inputs, outputs]],
        [`${name}.conv2`, [...kernel(3), outputs, outputs]],
        [`${name}.skip`, [...kernel(1), inputs, outputs]],
      ] as const,
  );
  return Object.fromEntries(
    convolutions.flatMap(([name, shape]) => [
      [`${name}.weight`, shape],
      [`${name}.bias`, shape.slice(-1)],
    ]),
  );
}

function parameter(params: Params, name: string): Tensor {
  const tensor = params[name];
  if (tensor === undefined) {
    throw new ArgumentError({
      problem: `the parameters lack "${name}"`,
      expected: "the names that the network's own init gives",
      remedy: "use parameters of a network with the same features",
    });
  }
  return tensor;
}

/**
 * The U-Net of arXiv 2511.04641 in two or three dimensions: blocks
 *
 *   y = Conv1(x) + Conv3(relu(Conv3(pad₂(x)))), kernels of 1 and 3 per axis,
 *
 * that pad once, by two; a maximum over 2 per axis after each encoder block; nearest-neighbour upsampling and a
 * block on the way back, [upsampled, skip] joined and fed to a decoder block, followed by a relu. There
 * is no normalisation layer, attention or embedding.
 *
 * The input is `[batch, y, x, inChannels]` or `[batch, z, y, x, inChannels]`, the result likewise with
 * outChannels; the extents are multiples of 2 to the number of halvings.
 *
 * `init` draws weights and biases as PyTorch does by default, uniform on ±1/√(fan-in), parameter i from
 * foldIn(key, i).
 *
 * @throws ArgumentError for an empty list of features or other than two or three paddings.
 * @throws ShapeError, when applied, for an input of the wrong channels or extents; BackendError for mixed precision
 *   on a processor that gains nothing by it.
 */
export function uNet(
  options: UNetOptions,
  { precision = "float32" }: EvaluationOptions = {},
): Network<[x: Tensor]> {
  const { features, padding } = options;
  if (features.length === 0 || (padding.length !== 2 && padding.length !== 3)) {
    throw new ArgumentError({
      problem: `a U-Net of ${features.length} levels and ${padding.length} paddings`,
      expected: "at least one level and a padding for each of two or three spatial axes",
      remedy: 'give e.g. features: [64, 96], padding: ["periodic", "periodic"]',
    });
  }
  const halvings = features.length - 1;
  const isMixed = precision === "mixed";
  const lowered = (x: Tensor): Tensor => (isMixed ? toLowPrecision(x) : x);

  return {
    init: (key) =>
      tidy(() => {
        const shapes = Object.entries(uNetShapes(options));
        let bound = 0;
        const params: Record<string, Tensor> = {};
        for (const [i, [name, shape]] of shapes.entries()) {
          // A bias follows its weight and shares its bound.
          if (shape.length > 1) bound = 1 / Math.sqrt(product(shape.slice(0, -1)));
          const u = uniformTensor(foldIn(key, i), shape);
          params[name] = mul(sub(mul(u, 2), 1), bound);
        }
        return params;
      }),

    apply: (params, input) =>
      tidy(() => {
        checkInput(input, options);
        const weight = (name: string) => lowered(parameter(params, `${name}.weight`));
        const bias = (name: string) => parameter(params, `${name}.bias`);
        const block = (name: string, x: Tensor): Tensor => {
          const [conv1, conv2, skip] = [`${name}.conv1`, `${name}.conv2`, `${name}.skip`];
          return convolutionSum({
            x: padConvolutionRelu(x, weight(conv1), bias(conv1), { width: 2, padding }),
            weight: weight(conv2),
            bias: bias(conv2),
            skip: x,
            skipWeight: weight(skip),
            skipBias: bias(skip),
          });
        };
        const skips: Tensor[] = [];
        let x = block("first", lowered(input));
        for (let k = 0; k < halvings; k++) {
          skips.push(x);
          x = maxPool(block(`encoder.${k}`, x));
        }
        x = block("bottleneck", x);
        for (const [k, skip] of skips.reverse().entries()) {
          const upsampled = block(`upsample.${k}`, upsample(x));
          x = relu(block(`decoder.${k}`, concatenateChannels([upsampled, skip])));
        }
        const y = block("final", x);
        return isMixed ? toFullPrecision(y) : y;
      }),
  };
}

const product = (xs: readonly number[]): number => xs.reduce((total, x) => total * x, 1);

function checkInput({ shape }: Tensor, { features, inChannels, padding }: UNetOptions): void {
  const space = shape.slice(1, -1);
  const multiple = 2 ** (features.length - 1);
  if (shape.length === padding.length + 2 && shape.at(-1) === inChannels) {
    if (space.every((n) => n > 0 && n % multiple === 0)) return;
    throw new ShapeError({
      problem: `a U-Net cannot halve a field of ${space.join(" × ")} points`,
      expected: `multiples of ${multiple}`,
      remedy: "observe the field at another stride, or give the network fewer features",
    });
  }
  throw new ShapeError({
    problem: `a U-Net for ${inChannels} channels got a tensor of shape [${shape.join(", ")}]`,
    expected: `[batch, ${padding.length === 3 ? "z, " : ""}y, x, ${inChannels}]`,
    remedy: "give it the state, the condition and the times that it was made for",
  });
}
