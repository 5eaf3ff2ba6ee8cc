import { expect, test } from "vitest";
import { atSize } from "./at-size.ts";
import { ks2d } from "./ks2d.ts";

/** 1×1 shortcut and two 3×3 convolutions, with biases. */
const block = (from: number, to: number) => 10 * from * to + 9 * to * to + 3 * to;

function uNetParameters(features: readonly number[], from: number, to: number): number {
  const [finest = 0, coarsest = 0] = [features[0], features.at(-1)];
  let count = block(from, finest) + block(coarsest, coarsest) + block(finest, to);
  for (const [level, width] of features.slice(1).entries()) {
    const finer = features[level] ?? 0;
    count += block(finer, width) + block(width, finer) + block(2 * finer, finer);
  }
  return count;
}

test("the velocity field of state, condition and time has the origin's 819,020 parameters", () => {
  expect(uNetParameters(ks2d.network.features, 3, 1)).toBe(819_020);
});

test.each(["small", "full"] as const)("at %s size the grids and intervals divide", (size) => {
  const { data, network, models } = atSize(ks2d, size);
  const seen = data.numPoints / data.observation.stride;
  expect(seen % 2 ** (network.features.length - 1)).toBe(0);
  for (const time of [data.frameInterval, data.warmUp]) {
    expect(time / data.dt).toBeCloseTo(Math.round(time / data.dt), 9);
  }
  for (const { learningRate, iterations, validateEvery } of Object.values(models)) {
    expect(learningRate.max).toBeGreaterThan(learningRate.min);
    expect(iterations % validateEvery).toBe(0);
  }
});

test("an experiment is plain data", () => {
  expect(JSON.parse(JSON.stringify(ks2d))).toEqual(ks2d);
});
