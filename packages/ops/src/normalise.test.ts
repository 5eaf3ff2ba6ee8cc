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

test("a mean that is large beside the deviation is not rounded to float32", async () => {
  const air = { channels: ["p"], mean: [101_325.003], std: [0.01] };
  // Pressures that float32 holds exactly.
  const pressures = [101_325, 101_325.015625, 101_324.9921875];
  const x = tensor2d(pressures, [3, 1]);
  const z = normalise(x, air);
  const expected = pressures.map((p) => (p - 101_325.003) / 0.01);
  expect(largestError(await z.data(), expected)).toBeLessThan(1e-6);
  const back = denormalise(z, air);
  expect(Array.from(await back.data())).toEqual(pressures);
  for (const t of [x, z, back]) t.dispose();
});

test("a field of other channels is an error", () => {
  const x = tensor2d([1, 2, 3], [1, 3]);
  expect(() => normalise(x, normalisation)).toThrow("normalisation of 2 channels");
  expect(() => denormalise(x, normalisation)).toThrow("[..., 2]");
  x.dispose();
});
