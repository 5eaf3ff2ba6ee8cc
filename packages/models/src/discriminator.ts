import { ArgumentError, type Network, type NetworkDescription, ShapeError } from "@eddyflow/core";
import { concatenateChannels, maxPool } from "@eddyflow/ops";
import { reshape, type Tensor, tidy } from "@tensorflow/tfjs-core";
import { maxPoolLine } from "./line.ts";
import { type Block, blockShapes, initParams, residualBlock } from "./residual-block.ts";

/** Networks D(y, x) of the condition and a next state. */
export type DiscriminatorNetwork = Network<[y: Tensor | null, x: Tensor]>;

/** What a discriminator reads, and how wide it is; `features` as of a U-Net, finest first. */
export type DiscriminatorOptions = Pick<
  NetworkDescription,
  "stateChannels" | "conditionChannels" | "features" | "padding"
>;

/** Every block, in the order of the parameters. */
function blocksOf({
  features,
  stateChannels,
  conditionChannels,
}: DiscriminatorOptions): readonly Block[] {
  const steps = features.slice(1).map((wide, k) => [features[k] as number, wide] as const);
  return [
    ["first", conditionChannels + stateChannels, features[0] as number],
    ...steps.map(([narrow, wide], k) => [`encoder.${k}`, narrow, wide] as const),
    ["final", features.at(-1) as number, 1],
  ];
}

/** The shape of every parameter of a discriminator by name, in order, as those of `uNetShapes`. */
export const discriminatorShapes = (
  options: DiscriminatorOptions,
): Readonly<Record<string, readonly number[]>> =>
  blockShapes(blocksOf(options), options.padding.length);

/**
 * A network that tells true next states from made ones, patch by patch: the way down of a U-Net, reading cat[y, x] along
 * the channels, whose residual blocks each end in a maximum over 2 per axis, and a last block that gives a logit. It is
 * convolutional throughout, so that any grid will do that can be halved as often; it is large where it believes that x is
 * true.
 *
 * The state x is `[batch, ...space, stateChannels]`, the condition y `[batch, ...space, conditionChannels]`, or null where
 * that is 0. The result is `[batch, ...patches, 1]`, with space/2^(features − 1) patches along each axis, each of which sees
 * 2^(features + 1) points beyond its own to every side. `init` draws as `uNet` does.
 *
 * Source: the patches are those of Isola et al., "Image-to-Image Translation with Conditional Adversarial Networks"
 * (arXiv 1611.07004).
 *
 * @throws ArgumentError for an empty list of features or other than one to three paddings.
 * @throws ShapeError, when applied, for other channels or numbers of points.
 */
export function discriminator(options: DiscriminatorOptions): DiscriminatorNetwork {
  const { features, padding } = options;
  if (features.length === 0 || padding.length < 1 || padding.length > 3) {
    throw new ArgumentError({
      problem: `a discriminator of ${features.length} levels and ${padding.length} paddings`,
      expected: "at least one level and a padding for each of one to three spatial axes",
      remedy: 'give e.g. features: [16, 32], padding: ["periodic", "periodic"]',
    });
  }
  return {
    init: (key) => initParams(discriminatorShapes(options), key),
    apply: (params, y, x) =>
      tidy(() => {
        checkInputs(y, x, options);
        const block = (name: string, input: Tensor) =>
          residualBlock(name, input, params, { padding });
        const isLine = padding.length === 1;
        const input = y === null ? x : concatenateChannels([y, x]);
        const [batch = 0, ...rest] = input.shape;
        let hidden = block("first", isLine ? reshape(input, [batch, 1, ...rest]) : input);
        for (let k = 0; k + 1 < features.length; k++) {
          const encoded = block(`encoder.${k}`, hidden);
          hidden = isLine ? maxPoolLine(encoded) : maxPool(encoded);
        }
        const logits = block("final", hidden);
        return isLine ? reshape(logits, [batch, ...logits.shape.slice(2)]) : logits;
      }),
  };
}

function checkInputs(
  y: Tensor | null,
  x: Tensor,
  { stateChannels, conditionChannels, features, padding }: DiscriminatorOptions,
): void {
  const [given, wanted] = [
    [y === null ? 0 : y.shape.at(-1), x.shape.at(-1)],
    [conditionChannels, stateChannels],
  ];
  const space = x.shape.slice(1, -1);
  if (String(given) !== String(wanted) || space.length !== padding.length) {
    throw new ShapeError({
      problem: `a discriminator got a condition of ${given[0]} and a state of ${given[1]} channels on ${space.length} axes`,
      expected: `${conditionChannels} and ${stateChannels} channels on ${padding.length} axes`,
      remedy: "use it with the data that it was made for",
    });
  }
  const multiple = 2 ** (features.length - 1);
  if (space.some((n) => n % multiple !== 0)) {
    throw new ShapeError({
      problem: `a discriminator cannot halve a field of ${space.join(" × ")} points`,
      expected: `multiples of ${multiple}`,
      remedy: "give it fewer features",
    });
  }
}
