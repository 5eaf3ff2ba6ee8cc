import { isEddyflowError } from "@eddyflow/core";
import { key, normalTensor, uniform } from "@eddyflow/random";
import {
  add,
  memory,
  mul,
  reshape,
  sub,
  type Tensor1D,
  tensor1d,
  tidy,
} from "@tensorflow/tfjs-core";
import { describe, expect, test } from "vitest";
import { type AffinePath, pointOn } from "./affine-path.ts";
import { cosinePath } from "./cosine-path.ts";
import { linearPath } from "./linear-path.ts";
import {
  dataFromVelocity,
  noiseFromVelocity,
  velocityFromData,
  velocityFromNoise,
} from "./predictions.ts";
import { variancePreservingPath } from "./variance-preserving-path.ts";

const paths = [linearPath, cosinePath, variancePreservingPath()];
const inside = [0.1, 0.35, 0.5, 0.75, 0.9];
const shape = [inside.length, 2, 3, 2];
const x0 = normalTensor(key(1), shape);
const x1 = normalTensor(key(2), shape);
const numbers = async (f: (t: Tensor1D) => Tensor1D, times: readonly number[]) =>
  tidy(() => f(tensor1d([...times]))).data();

describe.each(paths)("the $name path", (path) => {
  test("starts at the noise and ends at the data", async () => {
    expect(await numbers(path.alpha, [0, 1])).toBeAllclose([0, 1], { atol: 0.007 });
    expect(await numbers(path.sigma, [0, 1])).toBeAllclose([1, 0], { atol: 3e-5 });
    const ends = pointOn(path, x0, x1, tensor1d([1, 1, 1, 1, 1])).xt;
    expect(await ends.data()).toBeAllclose(await x1.data());
  });

  test("has the velocity that finite differences of its points have", async () => {
    const step = 1e-2;
    const at = (shift: number) => pointOn(path, x0, x1, tensor1d(inside.map((t) => t + shift)));
    // Fourth order: (8(x₊ − x₋) − (x₊₊ − x₋₋))/12h.
    const [far, near] = [2 * step, step].map((h) => sub(at(h).xt, at(-h).xt));
    const difference = sub(mul(near ?? 0, 8 / (12 * step)), mul(far ?? 0, 1 / (12 * step)));
    expect(await at(0).velocity.data()).toBeAllclose(await difference.data(), {
      atol: 1e-3,
      rtol: 1e-3,
    });
  });

  test("gives data, noise and velocity from each other, and leaves no tensors", async () => {
    const t = tensor1d(inside);
    const { xt, velocity } = pointOn(path, x0, x1, t);
    const before = memory().numTensors;
    const conversions = [
      [dataFromVelocity(path, xt, velocity, t), x1],
      [noiseFromVelocity(path, xt, velocity, t), x0],
      [velocityFromData(path, xt, x1, t), velocity],
      [velocityFromNoise(path, xt, x0, t), velocity],
    ] as const;
    expect(memory().numTensors).toBe(before + 4);
    for (const [converted, expected] of conversions) {
      expect(await converted.data()).toBeAllclose(await expected.data(), {
        atol: 1e-4,
        rtol: 1e-4,
      });
    }
  });

  test("leaves only a point and a velocity behind", () => {
    const t = tensor1d(inside);
    const before = memory().numTensors;
    pointOn(path, x0, x1, t);
    expect(memory().numTensors).toBe(before + 2);
    expect(t.isDisposed || x0.isDisposed || x1.isDisposed).toBe(false);
  });
});

test("the linear path is x₀ + t(x₁ − x₀) to the last bit, at any float32 time", async () => {
  const count = 4096;
  // Products of uniform numbers have more digits than 1 − t can keep.
  const times = uniform(key(3), count).map((u, i) => u * (uniform(key(i), 1)[0] as number));
  const [from, to] = [normalTensor(key(4), [count, 3]), normalTensor(key(5), [count, 3])];
  const t = tensor1d(times);
  const { xt, velocity } = pointOn(linearPath, from, to, t);
  const direct = add(from, mul(reshape(t, [-1, 1]), sub(to, from)));
  expect(await xt.data()).toEqual(await direct.data());
  expect(await velocity.data()).toEqual(await sub(to, from).data());
});

test("the cosine and variance-preserving paths keep α² + σ² = 1", async () => {
  const times = [0, ...inside, 1];
  for (const { alpha, sigma } of [cosinePath, variancePreservingPath({ betaMin: 1, betaMax: 5 })]) {
    const [a, s] = [await numbers(alpha, times), await numbers(sigma, times)];
    expect(Array.from(a, (value, i) => value ** 2 + (s[i] as number) ** 2)).toBeAllclose(1);
  }
});

test("the variance-preserving path is that of a constant rate where both rates are equal", async () => {
  const path: AffinePath = variancePreservingPath({ betaMin: 3, betaMax: 3 });
  const expected = inside.map((t) => Math.exp((-3 * (1 - t)) / 2));
  expect(await numbers(path.alpha, inside)).toBeAllclose(expected);
});

test("rates that make no path are refused", () => {
  for (const options of [{ betaMin: 0 }, { betaMin: 2, betaMax: 1 }, { betaMax: Number.NaN }]) {
    try {
      variancePreservingPath(options);
      expect.unreachable();
    } catch (error) {
      expect(isEddyflowError(error, "ArgumentError")).toBe(true);
    }
  }
});
