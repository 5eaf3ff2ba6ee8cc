import { type Batch, isEddyflowError } from "@eddyflow/core";
import { l2 } from "@eddyflow/losses";
import { correctorFromVelocity, meanVelocityNetwork, velocityNetwork } from "@eddyflow/models";
import { key, normalTensor } from "@eddyflow/random";
import {
  add,
  dispose,
  div,
  grads,
  mean,
  memory,
  mul,
  sqrt,
  square,
  sub,
  type Tensor,
} from "@tensorflow/tfjs-core";
import { expect, test } from "vitest";
import { along, batchOf, gaussian, gaussianMean, numberOf, off } from "./gaussian.test.helpers.ts";
import { dyadicIncrements } from "./increments/dyadic-increments.ts";
import { type MeanFlowOptions, meanFlow } from "./mean-flow.ts";

const at = { key: key(1), step: 0 };
const batch = batchOf(0, 64);

const objectiveOf = (options: Partial<MeanFlowOptions> = {}) =>
  meanFlow(gaussianMean, gaussian, { norm: l2(), diagonal: 0, ...options });

/** With c = 10, far above ‖g‖, where the loss is nearly ‖g‖²/c². */
const lossAt = async (wrong: Parameters<typeof off>[0], options: Partial<MeanFlowOptions> = {}) => {
  const objective = objectiveOf({ normalisation: 10, ...options });
  const sets = { student: off(wrong), teacher: {} };
  const targets = await objective.targets(sets, batch, at);
  return numberOf(objective.loss(sets, targets).loss);
};

test("the loss is zero at the exact map: (1e-7/h)² of float32 and (h²)² of the difference are below 1e-8", async () => {
  expect(await lossAt({})).toBeLessThan(1e-8);
  expect(await lossAt({ b: 0.1 })).toBeGreaterThan(1e-5);
});

test("the difference is of second order, at both ends of the path too", async () => {
  const [coarse, fine] = [await lossAt({}, { step: 0.1 }), await lossAt({}, { step: 0.05 })];
  expect(coarse / fine).toBeGreaterThan(8);
  expect(coarse / fine).toBeLessThan(30);
});

test("a map wrong by a + bx + cδ has g = a + b(x − δv) + 2cδ, since δ shrinks as t grows", async () => {
  const [a, b, c] = [0.2, 0.3, -0.4];
  const objective = objectiveOf();
  const sets = { student: off({ a, b, c }), teacher: {} };
  const targets = await objective.targets(sets, batch, at);
  const { x, t, delta, target } = targets;
  const width = along(delta);
  const v = gaussian.apply({}, x, null, t);
  const g = add(add(mul(b, sub(x, mul(width, v))), a), mul(2 * c, width));
  const size = sqrt(mean(square(g), [1, 2, 3], true));
  const normalised = div(g, add(size, 0.1));
  const own = gaussianMean.apply(sets.student, x, null, t, delta);
  expect(await sub(own, target).data()).toBeAllclose(await normalised.data(), {
    atol: 2e-3,
    rtol: 2e-3,
  });
  // Of ‖u − sg(u − g/(‖g‖ + c))‖²: no gradient comes through the target.
  const [byA, byC] = grads(
    (a: Tensor, c: Tensor) => objective.loss({ student: { ...sets.student, a, c } }, targets).loss,
  )([sets.student["a"], sets.student["c"]] as Tensor[]) as [Tensor, Tensor];
  expect(await numberOf(byA)).toBeCloseTo(2 * (await numberOf(mean(normalised))), 2);
  expect(await numberOf(byC)).toBeCloseTo(2 * (await numberOf(mean(mul(normalised, width)))), 2);
});

test("the derivative gets its weight over the warm-up", async () => {
  const objective = objectiveOf({ warmUp: 100 });
  const sets = { student: off({}), teacher: {} };
  const before = await objective.targets(sets, batch, { ...at, step: 0 });
  const half = await objective.targets(sets, batch, { ...at, step: 50 });
  const v = gaussian.apply({}, before.x, null, before.t);
  const u = gaussianMean.apply(sets.student, before.x, null, before.t, before.delta);
  // At the exact map δ du/dt = u − v.
  for (const [targets, left] of [
    [before, 1],
    [half, 0.5],
  ] as const) {
    const g = mul(left, sub(u, v));
    const expected = div(g, add(sqrt(mean(square(g), [1, 2, 3], true)), 0.1));
    expect(await sub(u, targets.target).data()).toBeAllclose(await expected.data(), {
      atol: 2e-3,
    });
  }
});

test("a student made from the velocity trains on pairs with and without δ, and no tensor is left", async () => {
  const options = {
    stateChannels: 1,
    conditionChannels: 1,
    features: [3, 4],
    padding: ["periodic", "periodic"],
  } as const;
  const network = velocityNetwork(options);
  const teacher = network.init(key(2));
  const sets = { student: correctorFromVelocity(teacher), teacher };
  const conditioned: Batch = {
    previous: normalTensor(key(3), [4, 4, 4, 1]),
    next: normalTensor(key(4), [4, 4, 4, 1]),
  };
  const objective = meanFlow(meanVelocityNetwork(options), network, { norm: l2(), diagonal: 0.5 });
  const before = memory().numTensors;
  const targets = await objective.targets(sets, conditioned, at);
  const { loss } = objective.loss(sets, targets);
  const own = network.apply(teacher, targets.x, conditioned.previous, targets.t);
  const half = 2 * 4 * 4;
  // Where δ = 0 a copy of the velocity is right already.
  expect((await targets.target.data()).subarray(0, half)).toBeAllclose(
    (await own.data()).subarray(0, half),
  );
  expect(await numberOf(loss)).toBeGreaterThan(0);
  dispose([loss, own, ...Object.values(targets)]);
  expect(memory().numTensors).toBe(before);
});

test("increments with gaps and numbers out of range are refused", () => {
  for (const options of [
    { increments: dyadicIncrements({ levels: 4 }) },
    { step: 0 },
    { warmUp: -1 },
    { normalisation: 0 },
  ]) {
    expect(() => objectiveOf(options)).toThrow(
      expect.toSatisfy((error) => isEddyflowError(error, "ArgumentError")),
    );
  }
});
