import { expect, test } from "vitest";
import { configureExperiment, experimentNames } from "./load-experiment.ts";

/** 1×1 shortcut and two 3×3 convolutions, with biases; a third axis makes 27 of the 9 weights. */
const block = (from: number, to: number, axes: number) =>
  (1 + 3 ** axes) * from * to + 3 ** axes * to * to + 3 * to;

function uNetParameters(
  features: readonly number[],
  axes: number,
  from: number,
  to: number,
): number {
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
    name: "ks2d",
    channels: 1,
    parameters: 819_020,
    seen: { full: [256, 256], small: [32, 32] },
  },
  {
    name: "kolmogorov2d",
    channels: 1,
    parameters: 2_076_172,
    seen: { full: [64, 64], small: [16, 16] },
  },
  {
    name: "ns2d",
    channels: 4,
    parameters: 2_082_076,
    seen: { full: [64, 64], small: [16, 16] },
  },
  {
    name: "rti3d_full",
    channels: 5,
    parameters: 6_863_594,
    seen: { full: [32, 32, 32], small: [16, 8, 8] },
  },
  {
    name: "rti3d_sliced",
    channels: 5,
    parameters: 8_517_976,
    seen: { full: [128, 128], small: [16, 8] },
  },
] as const;

test("every experiment of the project is here", () => {
  expect(experiments.map(({ name }) => name).toSorted()).toEqual([...experimentNames].toSorted());
});

test.each(experiments)(
  "the velocity field of $name has the origin's $parameters parameters",
  async ({ name, channels, parameters, seen }) => {
    const { config } = await configureExperiment(name, { size: "full", overrides: [] });
    const { network } = config;
    const from = 2 * channels + (network.position?.length ?? 0) + 1;
    expect(uNetParameters(network.features, seen.full.length, from, channels)).toBe(parameters);
  },
);

test.each(experiments)(
  "the grid of $name can be halved, and validations and budgets agree",
  async ({ name, seen }) => {
    for (const size of ["full", "small"] as const) {
      const { config } = await configureExperiment(name, { size, overrides: [] });
      const { network, models } = config;
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
