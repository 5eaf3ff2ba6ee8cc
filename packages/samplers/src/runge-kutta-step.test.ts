import type { VelocityField } from "@eddyflow/core";
import { reshape, type Tensor1D, tensor } from "@tensorflow/tfjs-core";
import { expect, test } from "vitest";
import { rungeKuttaStep } from "./runge-kutta-step.ts";
import { midpoint } from "./tableaus/midpoint.ts";

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
