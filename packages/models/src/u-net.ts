import { ArgumentError, type Network, type Padding, type Params, ShapeError } from "@eddyflow/core";
import {
  concatenateChannels,
  convolution,
  convolutionSum,
  maxPool,
  pad,
  relu,
  upsample,
} from "@eddyflow/ops";
import { foldIn, uniformTensor } from "@eddyflow/random";
import { mul, sub, type Tensor, tidy } from "@tensorflow/tfjs-core";

export interface UNetOptions {
  /** Channels per level, finest first, e.g. [64, 96, 96, 128]; each further level halves the grid. */
  readonly features: readonly number[];
  readonly inChannels: number;
  readonly outChannels: number;
  /** How each of the two spatial axes goes on beyond its ends. */
  readonly padding: readonly Padding[];
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

/** The shape of every parameter of a U-Net by name, in order: weights `[kh, kw, in, out]`, biases `[out]`. */
export function uNetShapes(options: UNetOptions): Readonly<Record<string, readonly number[]>> {
  const convolutions = blocksOf(options).flatMap(
    ([name, inputs, outputs]) =>
      [
        [`${name}.conv1`, [3, 3, inputs, outputs]],
        [`${name}.conv2`, [3, 3, outputs, outputs]],
        [`${name}.skip`, [1, 1, inputs, outputs]],
      ] as const,
  );
  return Object.fromEntries(
    convolutions.flatMap(([name, shape]) => [
      [`${name}.weight`, shape],
      [`${name}.bias`, [shape[3]]],
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
 * The U-Net of arXiv 2511.04641 in two dimensions: blocks
 *
 *   y = Conv1×1(x) + Conv3×3(relu(Conv3×3(pad₂(x))))
 *
 * that pad once, by two; a maximum over 2 × 2 after each encoder block; nearest-neighbour upsampling and a
 * block on the way back, [upsampled, skip] joined and fed to a decoder block, followed by a relu. There
 * is no normalisation layer, attention or embedding.
 *
 * The input is `[batch, y, x, inChannels]`, the result `[batch, y, x, outChannels]`; y and x are multiples
 * of 2 to the number of halvings.
 *
 * `init` draws weights and biases as PyTorch does by default, uniform on ±1/√(fan-in), parameter i from
 * foldIn(key, i).
 *
 * @throws ArgumentError for an empty list of features or other than two paddings.
 * @throws ShapeError, when applied, for an input of the wrong channels or extents.
 */
export function uNet(options: UNetOptions): Network<[x: Tensor]> {
  const { features, inChannels, padding } = options;
  if (features.length === 0 || padding.length !== 2) {
    throw new ArgumentError({
      problem: `a U-Net of ${features.length} levels and ${padding.length} paddings`,
      expected: "at least one level and a padding for each of the two spatial axes",
      remedy: 'give e.g. features: [64, 96], padding: ["periodic", "periodic"]',
    });
  }
  const halvings = features.length - 1;

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
        checkInput(input, inChannels, 2 ** halvings);
        const own = (name: string) => parameter(params, name);
        const block = (name: string, x: Tensor): Tensor =>
          convolutionSum({
            x: convolution(
              pad(x, 2, padding),
              own(`${name}.conv1.weight`),
              own(`${name}.conv1.bias`),
              { relu: true },
            ),
            weight: own(`${name}.conv2.weight`),
            bias: own(`${name}.conv2.bias`),
            skip: x,
            skipWeight: own(`${name}.skip.weight`),
            skipBias: own(`${name}.skip.bias`),
          });
        const skips: Tensor[] = [];
        let x = block("first", input);
        for (let k = 0; k < halvings; k++) {
          skips.push(x);
          x = maxPool(block(`encoder.${k}`, x));
        }
        x = block("bottleneck", x);
        for (const [k, skip] of skips.reverse().entries()) {
          const upsampled = block(`upsample.${k}`, upsample(x));
          x = relu(block(`decoder.${k}`, concatenateChannels([upsampled, skip])));
        }
        return block("final", x);
      }),
  };
}

const product = (xs: readonly number[]): number => xs.reduce((total, x) => total * x, 1);

function checkInput({ shape }: Tensor, channels: number, multiple: number): void {
  const [, height = 0, width = 0, ownChannels] = shape;
  if (shape.length === 4 && ownChannels === channels) {
    if (height > 0 && width > 0 && height % multiple === 0 && width % multiple === 0) return;
    throw new ShapeError({
      problem: `a U-Net cannot halve a field of ${height} × ${width} points`,
      expected: `multiples of ${multiple}`,
      remedy: "observe the field at another stride, or give the network fewer features",
    });
  }
  throw new ShapeError({
    problem: `a U-Net for ${channels} channels got a tensor of shape [${shape.join(", ")}]`,
    expected: `[batch, y, x, ${channels}]`,
    remedy: "give it the state, the condition and the times that it was made for",
  });
}
