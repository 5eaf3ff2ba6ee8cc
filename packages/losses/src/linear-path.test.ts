import { key, normalTensor } from "@eddyflow/random";
import { type Tensor1D, tensor1d } from "@tensorflow/tfjs-core";
import { expect, test } from "vitest";
import { linearPath } from "./linear-path.ts";

const shape = [3, 2, 2, 1];
const x0 = normalTensor(key(1), shape);
const x1 = normalTensor(key(2), shape);
const at = async (t: Tensor1D) => {
  const { xt, velocity } = linearPath(x0, x1, t);
  return [await xt.data(), await velocity.data()] as const;
};

test("the path starts at the noise, ends at the data and passes through their mean", async () => {
  const [xt] = await at(tensor1d([0, 0.5, 1]));
  const [noise, data] = [await x0.data(), await x1.data()];
  const along = (i: number) => [0, 0.5, 1][Math.floor(i / 4)] as number;
  expect(xt).toBeAllclose(
    Array.from(noise, (start, i) => start + along(i) * ((data[i] as number) - start)),
  );
});

test("the velocity is the derivative of the path", async () => {
  const step = 0.25;
  const [before] = await at(tensor1d([0.3, 0.5, 0.6]));
  const [after] = await at(tensor1d([0.3, 0.5, 0.6].map((t) => t + step)));
  const [, velocity] = await at(tensor1d([0.3, 0.5, 0.6]));
  expect(velocity).toBeAllclose(
    Array.from(after, (end, i) => (end - (before[i] as number)) / step),
    { atol: 5e-6 },
  );
});
