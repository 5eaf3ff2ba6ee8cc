import { expect, test } from "vitest";
import { atSize } from "./at-size.ts";
import type { Experiment } from "./experiment.ts";
import { ks2d } from "./ks2d.ts";
import { ns2d } from "./ns2d.ts";
import { rti3dFull } from "./rti3d-full.ts";
import { rti3dSliced } from "./rti3d-sliced.ts";

/** 1×1 shortcut and two 3×3 convolutions, with biases; a third axis makes 27 of the 9 weights. */
const block = (from: number, to: number, axes: number) =>
  (1 + 3 ** axes) * from * to + 3 ** axes * to * to + 3 * to;

function uNetParameters(
  { network: { features, padding } }: Experiment,
  from: number,
  to: number,
): number {
  const axes = padding.length;
  const [finest = 0, coarsest = 0] = [features[0], features.at(-1)];
  let count = block(from, finest, axes) + block(coarsest, coarsest, axes) + block(finest, to, axes);
  for (const [level, width] of features.slice(1).entries()) {
    const finer = features[level] ?? 0;
    count += block(finer, width, axes) + block(width, finer, axes) + block(2 * finer, finer, axes);
  }
  return count;
}

/** With the points per axis of what is seen at the full size and the small one. */
const experiments = [
  {
    experiment: ks2d,
    channels: 1,
    parameters: 819_020,
    seen: { full: [256, 256], small: [32, 32] },
  },
  {
    experiment: ns2d,
    channels: 4,
    parameters: 2_082_076,
    seen: { full: [64, 64], small: [16, 16] },
  },
  {
    experiment: rti3dFull,
    channels: 5,
    parameters: 6_863_594,
    seen: { full: [32, 32, 32], small: [16, 8, 8] },
  },
  {
    experiment: rti3dSliced,
    channels: 5,
    parameters: 8_517_976,
    seen: { full: [128, 128], small: [16, 8] },
  },
] as const satisfies readonly { experiment: Experiment; [key: string]: unknown }[];

test.each(experiments)(
  "the velocity field of $experiment.name has the origin's $parameters parameters",
  ({ experiment, channels, parameters }) => {
    const position = experiment.network.position?.length ?? 0;
    expect(uNetParameters(experiment, 2 * channels + position + 1, channels)).toBe(parameters);
  },
);

test.each(experiments)(
  "the grid of $experiment.name can be halved, and validations and budgets agree",
  ({ experiment, seen }) => {
    for (const size of ["full", "small"] as const) {
      const { network, models } = atSize<Experiment["data"]>(experiment, size);
      expect(network.padding).toHaveLength(seen[size].length);
      for (const points of seen[size]) {
        expect(points % 2 ** (network.features.length - 1)).toBe(0);
      }
      for (const { learningRate, iterations, validateEvery } of Object.values(models)) {
        expect(learningRate.max).toBeGreaterThan(learningRate.min);
        expect(iterations % validateEvery).toBe(0);
      }
    }
  },
);

test.each(experiments)("$experiment.name is plain data", ({ experiment }) => {
  expect(JSON.parse(JSON.stringify(experiment))).toEqual(experiment);
});
