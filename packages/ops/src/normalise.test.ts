import { memory, tensor2d } from "@tensorflow/tfjs-core";
import { expect, test } from "vitest";
import { largestError } from "./adjoint.test.helpers.ts";
import { denormalise, normalise } from "./normalise.ts";

const normalisation = { channels: ["u", "p"], mean: [1, 60], std: [0.5, 4] };

test("normalise takes off the mean and divides by the deviation, denormalise undoes it", async () => {
  const before = memory().numTensors;
  const x = tensor2d([2, 64, 0, 58], [2, 2]);
  const z = normalise(x, normalisation);
  expect(Array.from(await z.data())).toEqual([2, 1, -2, -0.5]);
  const back = denormalise(z, normalisation);
  expect(largestError(await back.data(), await x.data())).toBeLessThan(1e-5);
  for (const t of [x, z, back]) t.dispose();
  expect(memory().numTensors).toBe(before);
});

test("a mean of 10⁵ deviations costs no accuracy", async () => {
  // Half a unit in the last place of float32 lies between this mean and the nearest float32, 0.0039.
  const mean = 100_000 + 2 ** -8 - 2 ** -12;
  const far = { channels: ["T"], mean: [mean], std: [1] };
  const values = Array.from({ length: 64 }, (_, i) => Math.fround(mean + (i - 32) / 10));
  const x = tensor2d(values, [64, 1]);
  const z = normalise(x, far);
  const exact = values.map((value) => value - mean);
  expect(largestError(await z.data(), Float32Array.from(exact))).toBeLessThan(1e-6);
  const back = denormalise(z, far);
  expect(Array.from(await back.data())).toEqual(values);
  for (const t of [x, z, back]) t.dispose();
});

test("a field of other channels is an error", () => {
  const x = tensor2d([1, 2, 3], [1, 3]);
  expect(() => normalise(x, normalisation)).toThrow("normalisation of 2 channels");
  expect(() => denormalise(x, normalisation)).toThrow("[..., 2]");
  x.dispose();
});
