import type { VelocityField } from "@eddyflow/core";
import { grad, mul, reshape, scalar, sum, type Tensor1D, tensor } from "@tensorflow/tfjs-core";
import { expect, test } from "vitest";
import { rungeKuttaStep, rungeKuttaVelocity } from "./runge-kutta-step.ts";
import { midpoint } from "./tableaus/midpoint.ts";
import { tableaus } from "./tableaus/tableaus.ts";

test("each sample steps from its own time by its own increment", async () => {
  // dx/dt = t, which the midpoint rule integrates exactly: x + δt + δ²/2.
  const velocity: VelocityField = (_, __, t) => reshape(t, [-1, 1, 1, 1]);
  const x = tensor([1, 2], [2, 1, 1, 1]);
  const t = tensor([0, 0.5]) as Tensor1D;
  const delta = tensor([1, 0.25]) as Tensor1D;
  const end = rungeKuttaStep(velocity, x, null, { tableau: midpoint, t, delta });
  const values = await end.data();
  expect(values[0]).toBeCloseTo(1 + 1 / 2, 6);
  expect(values[1]).toBeCloseTo(2 + 0.25 * 0.5 + 0.25 ** 2 / 2, 6);
  for (const each of [x, t, delta, end]) each.dispose();
});

test.each(tableaus)(
  "the mean velocity of a $name step leads where the step leads",
  async (tableau) => {
    // dx/dt = t·x, whose stages depend on one another.
    const velocity: VelocityField = (x, _, t) => mul(x, reshape(t, [-1, 1, 1, 1]));
    const x = tensor([1, 2], [2, 1, 1, 1]);
    const t = tensor([0.25, 0.5]) as Tensor1D;
    const delta = tensor([0.5, 0.25]) as Tensor1D;
    const end = rungeKuttaStep(velocity, x, null, { tableau, t, delta });
    const mean = rungeKuttaVelocity(velocity, x, null, { tableau, t, delta });
    const [ends, means] = [await end.data(), await mean.data()];
    expect(means).toBeAllclose([((ends[0] as number) - 1) / 0.5, ((ends[1] as number) - 2) / 0.25]);
    for (const each of [x, t, delta, end, mean]) each.dispose();
  },
);

test("the mean velocity has the gradient of all its stages", async () => {
  // v = θx: a midpoint step has the mean velocity θx(1 + ½δθ), whose derivative in θ is x(1 + δθ).
  const [theta, delta] = [1.5, 0.4];
  const t = tensor([0.25]) as Tensor1D;
  const x = tensor([2], [1, 1, 1, 1]);
  const gradient = grad((theta) =>
    sum(rungeKuttaVelocity((state) => mul(state, theta), x, null, { tableau: midpoint, t, delta })),
  );
  const value = gradient(scalar(theta));
  expect((await value.data())[0]).toBeCloseTo(2 * (1 + delta * theta), 5);
  for (const each of [x, t, value]) each.dispose();
});
