import {
  add,
  concat,
  dispose,
  fill,
  grads,
  type Scalar,
  type Tensor,
  tensor,
  tensor1d,
  tile,
} from "@tensorflow/tfjs-core";
import { expect, test } from "vitest";
import { almostFairCrps } from "./almost-fair-crps.ts";
import { l2 } from "./l2.ts";
import { sobolev } from "./sobolev.ts";

// A loss that adds up one number after the other in single precision is off by a part in a thousand here.
const backend = process.env["EDDYFLOW_BACKEND"];
// JavaScript is slow, and WebGPU may run in software.
const rows = backend === "webgpu" || backend === "cpu" ? 400 : 3164;
const shape: [number, number, number, number] = [1, rows, rows, 1];
const count = rows * rows;
const mean = Math.fround(0.1);
const slow = { tags: ["slow"] };

/** 0, ½, 0, −½ along the first axis, over and over: D of it is it, a quarter of its period on; −D² of it is it. */
const wave = [0, 0.5, 0, -0.5];
const waves = (): Tensor => tile(tensor(wave, [1, 4, 1, 1]), [1, rows / 4, rows, 1]);

async function expectEach(actual: Tensor, expected: readonly number[]): Promise<void> {
  const found = await actual.data();
  const width = actual.shape[2] as number;
  let largest = 0;
  for (const [i, x] of found.entries()) {
    const right = expected[Math.floor(i / width) % expected.length] as number;
    largest = Math.max(largest, Math.abs(x / right - 1));
  }
  expect(largest).toBeLessThan(1e-5);
}

async function expectLoss(
  loss: (...inputs: readonly Tensor[]) => Scalar,
  inputs: readonly Tensor[],
  right: { readonly value: number; readonly gradients: readonly (readonly number[])[] },
): Promise<void> {
  const value = loss(...inputs);
  expect(Math.abs(((await value.data())[0] as number) / right.value - 1)).toBeLessThan(1e-5);
  const found = grads((...each: Tensor[]) => loss(...each))([...inputs]);
  for (const [i, gradient] of found.entries()) {
    await expectEach(gradient, right.gradients[i] as readonly number[]);
  }
  dispose([value, ...found, ...inputs]);
}

test("the mean square of ten million errors and its gradient keep their digits", slow, async () => {
  const t = tensor1d([0.5]);
  await expectLoss((error) => l2()(error as Tensor, t), [fill(shape, mean)], {
    value: mean ** 2,
    gradients: [[(2 * mean) / count]],
  });
  t.dispose();
});

test(
  "the Sobolev norm of ten million errors and its gradient keep their digits",
  slow,
  async () => {
    const [alpha, beta] = [2, 20];
    const norm = sobolev({ alpha, beta, spacing: [1, 1], boundary: ["periodic", "periodic"] });
    const t = tensor1d([0.5]);
    const wavy = waves();
    const error = add(wavy, mean);
    wavy.dispose();
    // Half of the squares of the wave are ¼ and half of them 0, as are those of its differences.
    await expectLoss((each) => norm(each as Tensor, t), [error], {
      value: alpha * (mean ** 2 + 1 / 8) + beta / 8,
      gradients: [wave.map((each) => (2 * (alpha * (mean + each) + beta * each)) / count)],
    });
    t.dispose();
  },
);

test(
  "the score of an ensemble of ten million values and its gradients keep their digits",
  slow,
  async () => {
    const truth = waves();
    const [near, far] = [add(truth, 0.25), add(truth, 0.75)];
    const kept = 1 - 0.05 / 2;
    await expectLoss(
      (one, two, against) =>
        almostFairCrps(concat([one as Tensor, two as Tensor]), against as Tensor, { members: 2 }),
      [near, far, truth],
      {
        value: (0.25 + 0.75) / 2 - (kept * 0.5) / 2,
        gradients: [[(1 + kept) / 2 / count], [(1 - kept) / 2 / count], [-1 / count]],
      },
    );
  },
);
