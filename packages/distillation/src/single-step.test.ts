import { isEddyflowError, type VelocityField } from "@eddyflow/core";
import { l2 } from "@eddyflow/losses";
import type { VelocityNetwork } from "@eddyflow/models";
import { key } from "@eddyflow/random";
import {
  type ButcherTableau,
  cosineSpacing,
  integrate,
  midpoint,
  rk4,
  uniformTimes,
} from "@eddyflow/samplers";
import {
  dispose,
  grads,
  onesLike,
  scalar,
  sub,
  type Tensor,
  type Tensor1D,
} from "@tensorflow/tfjs-core";
import { expect, test } from "vitest";
import { batchOf, gaussian, gaussianMean, numberOf, off } from "./gaussian.test.helpers.ts";
import { singleStep } from "./single-step.ts";

const at = { key: key(1), step: 0 };
const batch = batchOf(0, 64);

/** From noise to the end in one step, plus a + bx. */
const student: VelocityNetwork = {
  init: () => off({}),
  apply: (params, x, y, t) => gaussianMean.apply(params, x, y, t, onesLike(t) as Tensor1D),
};

const objectiveOf = (network: VelocityNetwork, tableau: ButcherTableau = rk4, steps = 32) =>
  singleStep(network, { teacher: gaussian, tableau, times: uniformTimes(steps), norm: l2() });

const lossOf = async (network: VelocityNetwork, ...path: [ButcherTableau?, number?]) => {
  const objective = objectiveOf(network, ...path);
  const sets = { student: network.init(key(0)), teacher: {} };
  const targets = await objective.targets(sets, batch, at);
  const { loss } = objective.loss(sets, targets);
  return await numberOf(loss);
};

test("a step is learnt from the noise and the end of a path alone", async () => {
  const targets = await objectiveOf(student).targets({ teacher: {} }, batch, at);
  expect(new Set(await targets.t.data())).toEqual(new Set([0]));
  expect(new Set(await targets.end.data())).toEqual(new Set([1]));
  dispose(targets as never);
});

test("the loss at the exact step is zero to rounding, with a teacher of many good steps", async () => {
  expect(await lossOf(student)).toBeLessThan(1e-9);
  // Two midpoint steps end elsewhere than the flow does.
  expect(await lossOf(student, midpoint, 2)).toBeGreaterThan(1e-4);
});

test("a path ends where the teacher leads at the times that were asked for", async () => {
  const times = cosineSpacing.times(5);
  const objective = singleStep(student, {
    teacher: gaussian,
    tableau: midpoint,
    times,
    norm: l2(),
  });
  const { x, velocity, ...others } = await objective.targets({ teacher: {} }, batch, at);
  const field = (...[state, y, t]: Parameters<VelocityField>) => gaussian.apply({}, state, y, t);
  const end = integrate(field, x, null, { tableau: midpoint, times });
  expect(await velocity.data()).toBeAllclose(await sub(end, x).data());
  dispose([x, velocity, end, others] as never);
});

test("the teacher's own Euler step is far from the end of its path", async () => {
  expect(await lossOf(gaussian)).toBeGreaterThan(0.1);
});

test("the gradient vanishes at the exact step, and is twice the error beside it", async () => {
  const objective = objectiveOf(student);
  const targets = await objective.targets({ teacher: {} }, batch, at);
  const slopeAt = async (a: number) => {
    const others = off({});
    const slope = grads(
      (value: Tensor) => objective.loss({ student: { ...others, a: value } }, targets).loss,
    )([scalar(a)])[0] as Tensor;
    return await numberOf(slope);
  };
  expect(Math.abs(await slopeAt(0))).toBeLessThan(1e-5);
  expect(await slopeAt(0.1)).toBeCloseTo(0.2, 5);
  expect(await slopeAt(-0.1)).toBeCloseTo(-0.2, 5);
});

test("paths cannot be made without a teacher", () => {
  try {
    objectiveOf(student).targets({ student: {} }, batch, at);
    expect.unreachable();
  } catch (error) {
    expect(isEddyflowError(error, "ArgumentError")).toBe(true);
  }
});
