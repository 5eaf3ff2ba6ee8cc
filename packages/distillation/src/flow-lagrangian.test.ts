import { type Batch, isEddyflowError } from "@eddyflow/core";
import { l2, type Norm } from "@eddyflow/losses";
import {
  correctorFromVelocity,
  meanVelocityNetwork,
  type VelocityNetwork,
  velocityNetwork,
} from "@eddyflow/models";
import { key, normalTensor } from "@eddyflow/random";
import {
  add,
  dispose,
  div,
  grads,
  maximum,
  mean,
  memory,
  mul,
  pow,
  square,
  sub,
  type Tensor,
  tidy,
} from "@tensorflow/tfjs-core";
import { expect, test } from "vitest";
import { flowLagrangian, type LagrangianOptions } from "./flow-lagrangian.ts";
import {
  along,
  batchOf,
  gaussian,
  gaussianMean,
  numberOf,
  off,
  rate,
} from "./gaussian.test.helpers.ts";
import { dyadicIncrements } from "./increments/dyadic-increments.ts";

const at = { key: key(1), step: 0 };
const batch = batchOf(0, 64);

const objectiveOf = (options: Partial<LagrangianOptions> = {}) =>
  flowLagrangian(gaussianMean, gaussian, { norm: l2(), start: "path", floor: 1, ...options });

const lossAt = async (
  wrong: Parameters<typeof off>[0],
  options: Partial<LagrangianOptions> = {},
) => {
  const objective = objectiveOf(options);
  const sets = { student: off(wrong), teacher: {} };
  const targets = await objective.targets(sets, batch, at);
  return numberOf(objective.loss(sets, targets).loss);
};

test("the loss is zero at the exact map: (1e-7/h)² of float32 and (h²)² of the difference are below 1e-8", async () => {
  for (const start of ["path", "noise"] as const) {
    expect(await lossAt({}, { start })).toBeLessThan(1e-8);
    expect(await lossAt({ b: 0.1 }, { start })).toBeGreaterThan(1e-3);
  }
});

test("the difference is of second order, at the ends of [0, 1 − t] too", async () => {
  const [coarse, fine] = [await lossAt({}, { step: 0.1 }), await lossAt({}, { step: 0.05 })];
  expect(coarse / fine).toBeGreaterThan(9);
  expect(coarse / fine).toBeLessThan(25);
});

test("a map wrong by a + cδ has r = a(1 − δA) + cδ(2 − δA) with A at t + δ, and w r is its gradient", async () => {
  const [a, c] = [0.3, -0.2];
  for (const [floor, power, epsilon] of [
    [1, 0, 1e-3],
    [0.2, 0, 1e-3],
    [1, 0.5, 1e-3],
    [0.2, 1, 0.1],
  ] as const) {
    const objective = objectiveOf({ floor, power, epsilon });
    const sets = { student: off({ a, c }), teacher: {} };
    const targets = await objective.targets(sets, batch, at);
    const { x, t, delta, end, target, residual } = targets;
    const width = along(delta);
    const kappa = maximum(sub(1, div(width, sub(1, along(t)))), floor);
    const slowed = mul(width, rate(along(end)));
    const r = mul(kappa, add(mul(a, sub(1, slowed)), mul(mul(c, width), sub(2, slowed))));
    // The residual is the same at each point.
    const everywhere = add(mul(x, 0), pow(add(square(r), epsilon), -power));
    const weighted = mul(r, everywhere);
    expect(await numberOf(residual)).toBeCloseTo(await numberOf(mean(square(r))), 3);
    const own = gaussianMean.apply(sets.student, x, null, t, delta);
    expect(await sub(own, target).data()).toBeAllclose(await weighted.data(), {
      atol: 2e-3,
      rtol: 2e-3,
    });
    // Of ‖u − sg(u − wr)‖², with ∂u/∂a = 1 and ∂u/∂c = δ: no gradient comes through the target.
    const [byA, byC] = grads(
      (a: Tensor, c: Tensor) =>
        objective.loss({ student: { ...sets.student, a, c } }, targets).loss,
    )([sets.student["a"], sets.student["c"]] as Tensor[]) as [Tensor, Tensor];
    expect(await numberOf(byA)).toBeCloseTo(2 * (await numberOf(mean(weighted))), 2);
    expect(await numberOf(byC)).toBeCloseTo(2 * (await numberOf(mean(mul(weighted, width)))), 2);
  }
});

test("from noise alone every increment starts at t = 0, and the data do not matter", async () => {
  const objective = objectiveOf({ start: "noise", diagonal: 0.25 });
  const sets = { student: off({}), teacher: {} };
  const [own, other] = [
    await objective.targets(sets, batch, at),
    await objective.targets(sets, batchOf(5, 64), at),
  ];
  expect(Array.from(await own.t.data()).every((t) => t === 0)).toBe(true);
  expect(await own.x.data()).toEqual(await other.x.data());
  expect(await own.target.data()).toEqual(await other.target.data());
});

test("with δ = 0 the student matches the velocity, for one evaluation of u instead of three", async () => {
  const calls: number[] = [];
  const counted = {
    ...gaussianMean,
    apply: (...inputs: Parameters<typeof gaussianMean.apply>) => {
      calls.push(inputs[1].shape[0] as number);
      return gaussianMean.apply(...inputs);
    },
  };
  const ends: number[] = [];
  const recorded: Norm = (error, t) => {
    ends.push(...t.dataSync());
    return l2()(error, t);
  };
  const objective = flowLagrangian(counted, gaussian, {
    norm: recorded,
    start: "path",
    diagonal: 0.75,
  });
  const sets = { student: off({ a: 1 }), teacher: {} };
  const targets = await objective.targets(sets, batch, at);
  expect(calls).toEqual([64, 16, 16]);
  const { x, t, delta, target } = targets;
  expect(Array.from((await delta.data()).subarray(0, 48)).every((width) => width === 0)).toBe(true);
  const velocity = gaussian.apply({}, x, null, t);
  const size = 48 * 4;
  expect((await target.data()).subarray(0, size)).toBeAllclose(
    (await velocity.data()).subarray(0, size),
  );
  objective.loss(sets, targets);
  expect(calls).toEqual([64, 16, 16, 64]);
  const [starts, widths] = [await t.data(), await delta.data()];
  expect(ends).toBeAllclose(Array.from(starts, (from, i) => from + (widths[i] as number)));
});

test("a student made from the velocity has the residual of an Euler step, and no tensor is left", async () => {
  const options = {
    stateChannels: 1,
    conditionChannels: 1,
    features: [3, 4],
    padding: ["periodic", "periodic"],
  } as const;
  const network: VelocityNetwork = velocityNetwork(options);
  const teacher = network.init(key(2));
  const student = correctorFromVelocity(teacher);
  const conditioned: Batch = {
    previous: normalTensor(key(3), [4, 4, 4, 1]),
    next: normalTensor(key(4), [4, 4, 4, 1]),
  };
  const objective = flowLagrangian(meanVelocityNetwork(options), network, {
    norm: l2(),
    start: "path",
    floor: 1,
    diagonal: 0.5,
  });
  const sets = { student, teacher };
  const before = memory().numTensors;
  const targets = await objective.targets(sets, conditioned, at);
  const { loss, terms } = objective.loss(sets, targets);
  const { x, t, delta, end } = targets;
  const y = conditioned.previous;
  const expected = tidy(() => {
    const v = network.apply(teacher, x, y, t);
    const arrived = add(x, mul(along(delta), v));
    return l2()(sub(v, network.apply(teacher, arrived, y, end)), end);
  });
  expect(await numberOf(loss)).toBeCloseTo(await numberOf(expected), 5);
  dispose([loss, expected, ...Object.values(terms ?? {}), ...Object.values(targets)]);
  expect(memory().numTensors).toBe(before);
});

test("increments with gaps, a wrong step or weight and missing parameters are refused", () => {
  for (const options of [
    { increments: dyadicIncrements({ levels: 4 }) },
    { step: 0 },
    { step: 0.2 },
    { floor: 0 },
    { floor: 2 },
    { power: 1.5 },
    { epsilon: 0 },
    { diagonal: 1 },
  ]) {
    expect(() => objectiveOf(options)).toThrow(
      expect.toSatisfy((error) => isEddyflowError(error, "ArgumentError")),
    );
  }
  for (const sets of [{ student: off({}) }, { teacher: {} }]) {
    expect(() => objectiveOf().targets(sets, batch, at)).toThrow(/no parameters named/);
  }
});
