import {
  ArgumentError,
  type Network,
  type Padding,
  type Precision,
  ShapeError,
} from "@eddyflow/core";
import {
  concatenateChannels,
  maxPool,
  relu,
  toFullPrecision,
  toLowPrecision,
  upsample,
} from "@eddyflow/ops";
import { reshape, type Tensor, tidy } from "@tensorflow/tfjs-core";
import { maxPoolLine, upsampleLine } from "./line.ts";
import { type Block, blockShapes, initParams, residualBlock } from "./residual-block.ts";

export interface UNetOptions {
  /** Channels per level, finest first, e.g. [64, 96, 96, 128]; each further level halves the grid. */
  readonly features: readonly number[];
  readonly inChannels: number;
  readonly outChannels: number;
  /** How each spatial axis goes on beyond its ends: one padding makes a network of lines, two of planes, three of volumes. */
  readonly padding: readonly Padding[];
}

/** How a network is evaluated, which is no part of what it is: the same weights serve either way. */
export interface EvaluationOptions {
  /**
   * `float32` by default. `mixed` runs everything between input and result in low precision, except biases and
   * all sums, and takes and gives float32: inputs, parameters, result and gradients. A backend without low precision
   * computes in float32 all the same, and so does a network of lines; ask `requireMixedPrecision` of the backend package first.
   */
  readonly precision?: Precision;
}

/** Every block's name with its channels in and out, in the order of the parameters. */
function blocksOf({ features, inChannels, outChannels }: UNetOptions): readonly Block[] {
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
 * The shape of every parameter of a U-Net by name, in order: weights `[kw, in, out]`, `[kh, kw, in, out]` or
 * `[kd, kh, kw, in, out]`, biases `[out]`.
 */
export function uNetShapes(options: UNetOptions): Readonly<Record<string, readonly number[]>> {
  return blockShapes(blocksOf(options), options.padding.length);
}

/**
 * The U-Net of arXiv 2511.04641 in one, two or three dimensions: blocks
 *
 *   y = Conv1(x) + Conv3(relu(Conv3(pad₂(x)))), kernels of 1 and 3 per axis,
 *
 * that pad once, by two; a maximum over 2 per axis after each encoder block; nearest-neighbour upsampling and a
 * block on the way back, [upsampled, skip] joined and fed to a decoder block, followed by a relu. There
 * is no normalisation layer, attention or embedding.
 *
 * The input is `[batch, x, inChannels]`, `[batch, y, x, inChannels]` or `[batch, z, y, x, inChannels]`, the result likewise with
 * outChannels; the numbers of points are multiples of 2 to the number of halvings.
 *
 * `init` draws weights and biases as PyTorch does by default, uniform on ±1/√(fan-in), parameter i from
 * foldIn(key, i).
 *
 * @throws ArgumentError for an empty list of features or other than one to three paddings.
 * @throws ShapeError, when applied, for an input of the wrong channels or numbers of points; BackendError for mixed precision
 *   on a processor that gains nothing by it.
 */
export function uNet(
  options: UNetOptions,
  { precision = "float32" }: EvaluationOptions = {},
): Network<[x: Tensor]> {
  const { features, padding } = options;
  if (features.length === 0 || padding.length < 1 || padding.length > 3) {
    throw new ArgumentError({
      problem: `a U-Net of ${features.length} levels and ${padding.length} paddings`,
      expected: "at least one level and a padding for each of one to three spatial axes",
      remedy: 'give e.g. features: [64, 96], padding: ["periodic", "periodic"]',
    });
  }
  const halvings = features.length - 1;
  const isLine = padding.length === 1;
  const isMixed = precision === "mixed" && !isLine;
  const lowered = (x: Tensor): Tensor => (isMixed ? toLowPrecision(x) : x);

  return {
    init: (key) => initParams(uNetShapes(options), key),

    apply: (params, input) =>
      tidy(() => {
        checkInput(input, options);
        const block = (name: string, x: Tensor): Tensor =>
          residualBlock(name, x, params, { padding, weightOf: lowered });
        const skips: Tensor[] = [];
        const [batch = 0, ...rest] = input.shape;
        let x = block("first", isLine ? reshape(input, [batch, 1, ...rest]) : lowered(input));
        for (let k = 0; k < halvings; k++) {
          skips.push(x);
          const encoded = block(`encoder.${k}`, x);
          x = isLine ? maxPoolLine(encoded) : maxPool(encoded);
        }
        x = block("bottleneck", x);
        for (const [k, skip] of skips.reverse().entries()) {
          const upsampled = block(`upsample.${k}`, isLine ? upsampleLine(x) : upsample(x));
          x = relu(block(`decoder.${k}`, concatenateChannels([upsampled, skip])));
        }
        const y = block("final", x);
        if (isLine) return reshape(y, [batch, ...rest.slice(0, -1), options.outChannels]);
        return isMixed ? toFullPrecision(y) : y;
      }),
  };
}

/**
 * Refuses a grid that a U-Net of these levels cannot halve as often as it must.
 *
 * @throws ShapeError unless every number of points is a multiple of 2 to the number of halvings.
 */
export function requireHalvings(features: readonly number[], points: readonly number[]): void {
  const multiple = 2 ** (features.length - 1);
  if (points.every((n) => n > 0 && n % multiple === 0)) return;
  throw new ShapeError({
    problem: `a U-Net cannot halve a field of ${points.join(" × ")} points`,
    expected: `multiples of ${multiple}`,
    remedy: "observe the field at another stride, or give the network fewer features",
  });
}

function checkInput({ shape }: Tensor, { features, inChannels, padding }: UNetOptions): void {
  if (shape.length === padding.length + 2 && shape.at(-1) === inChannels) {
    requireHalvings(features, shape.slice(1, -1));
    return;
  }
  throw new ShapeError({
    problem: `a U-Net for ${inChannels} channels got a tensor of shape [${shape.join(", ")}]`,
    expected: `[batch, ${["z", "y", "x"].slice(-padding.length).join(", ")}, ${inChannels}]`,
    remedy: "give it the state, the condition and the times that it was made for",
  });
}
