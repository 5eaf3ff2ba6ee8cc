import { type Batch, isEddyflowError, type ParamSets } from "@eddyflow/core";
import { key, keyFor, normalTensor } from "@eddyflow/random";
import {
  add,
  dispose,
  fill,
  grads,
  memory,
  mul,
  scalar,
  sum as sumOf,
  type Tensor,
  tensor,
  tidy,
} from "@tensorflow/tfjs-core";
import { expect, test } from "vitest";
import { type RolloutCrpsOptions, rolloutCrps } from "./rollout-crps.ts";

// y_k = a·y_{k−1} + m + σn with standard normal n, in each value apart: given y₀, y_k has the variance σ²(1 + a² + …).
const [a, m, sigma] = [0.9, 0.3, 0.5];
const count = 64;
const horizon = 4;
const batchOf = (seed: number): Batch =>
  tidy(() => {
    const states = [normalTensor(keyFor(seed, "start", 0), [count, 8, 8, 1])];
    for (let k = 1; k <= horizon; k++) {
      const noise = mul(normalTensor(keyFor(seed, "noise", k), [count, 8, 8, 1]), sigma);
      states.push(add(add(mul(states[k - 1] as Tensor, a), m), noise));
    }
    const [previous, next, ...later] = states as [Tensor, Tensor, ...Tensor[]];
    return { previous, next, later } as never;
  });
const spreadAfter = (k: number): number =>
  sigma *
  Math.sqrt(Array.from({ length: k }, (_, i) => a ** (2 * i)).reduce((sum, v) => sum + v, 0));

/** x = ay + μ + sz. */
const next = ({ student }: ParamSets, z: Tensor, y: Tensor): Tensor =>
  add(add(mul(y, a), student?.["mu"] as Tensor), mul(z, student?.["s"] as Tensor));

type Kind = RolloutCrpsOptions["gradient"];
const optionsOf = (gradient: Kind, length: number): RolloutCrpsOptions => ({
  members: 2,
  alpha: 1,
  gradient,
  length: () => length,
});

/** The loss and its slopes in μ and s. */
async function at(gradient: Kind, length: number, mu: number, s: number, batch: Batch) {
  const objective = rolloutCrps(next, optionsOf(gradient, length));
  const params = [scalar(mu), scalar(s)] as const;
  const setsOf = (mu: Tensor, s: Tensor) => ({ student: { mu, s } });
  const targets = await objective.targets(setsOf(...params), batch, { key: key(9), step: 0 });
  const values = tidy(() => {
    const lossOf = (mu: Tensor, s: Tensor) => objective.loss(setsOf(mu, s), targets).loss;
    return [lossOf(...params), ...grads(lossOf)([...params])];
  });
  const numbers = await Promise.all(values.map(async (each) => (await each.data())[0] as number));
  dispose([...values, ...params, ...Object.values(targets)]);
  return numbers as [loss: number, ofMu: number, ofS: number];
}

// 4,096 values; the slopes of each add up those of up to four steps: four standard errors of a deviation below 2.
const atol = (4 * 2) / Math.sqrt(count * 64);

test.each([
  ["all", 1],
  ["all", 3],
  ["last", 1],
  ["last", 4],
] as const)(
  "at the truth's own law, with the gradient through %s of %i steps, the loss is Σ σₖ/√π and its gradient vanishes",
  async (gradient, length) => {
    const tensors = memory().numTensors;
    const batch = batchOf(1);
    const [loss, ofMu, ofS] = await at(gradient, length, m, sigma, batch);
    const scored = Array.from({ length }, (_, i) => i + 1).slice(gradient === "last" ? -1 : 0);
    const expected = scored.reduce((sum, k) => sum + spreadAfter(k), 0) / scored.length;
    expect(loss).toBeAllclose(expected / Math.sqrt(Math.PI), { atol });
    expect(ofMu).toBeAllclose(0, { atol });
    expect(ofS).toBeAllclose(0, { atol });
    expect((await at(gradient, length, m + 0.6, sigma, batch))[1]).toBeGreaterThan(2 * atol);
    expect((await at(gradient, length, m, 0.1 * sigma, batch))[2]).toBeLessThan(-1.5 * atol);
    dispose([batch.previous as Tensor, batch.next, ...(batch.later ?? [])]);
    expect(memory().numTensors).toBe(tensors);
  },
);

// Both members and the truth without noise: after k steps from 0 the error is μ(1 + a + … ), its score the error.
const still: Batch = {
  previous: fill([1, 2, 2, 1], 0),
  next: fill([1, 2, 2, 1], 0),
  later: [fill([1, 2, 2, 1], 0)],
};

test.each([
  ["all", (1 + (1 + a)) / 2],
  ["last", 1],
] as const)(
  "with the gradient through %s, the slope of two steps has what it goes through",
  async (gradient, slope) => {
    const [loss, ofMu] = await at(gradient, 2, 0.5, 0, still);
    expect(loss).toBeAllclose(0.5 * (gradient === "all" ? (1 + (1 + a)) / 2 : 1 + a));
    expect(ofMu).toBeAllclose(slope);
  },
);

test.each([
  ["all", [4, 0]],
  ["last", [1, 3]],
] as const)(
  "%s puts so many of four steps on the tape, and the others beside it",
  async (gradient, [inLoss, inTargets]) => {
    let calls = 0;
    const objective = rolloutCrps(
      (sets, z, y) => {
        calls++;
        return next(sets, z, y);
      },
      optionsOf(gradient, 4),
    );
    const batch = batchOf(2);
    const sets = { student: { mu: scalar(m), s: scalar(sigma) } };
    const targets = await objective.targets(sets, batch, { key: key(1), step: 0 });
    expect(calls).toBe(inTargets);
    objective.loss(sets, targets);
    expect(calls - inTargets).toBe(inLoss);
  },
);

test("the length follows the optimizer step", async () => {
  const options = { ...optionsOf("all", 1), length: (step: number) => 1 + step };
  const objective = rolloutCrps(next, options);
  const sets = { student: { mu: scalar(m), s: scalar(sigma) } };
  const batch = batchOf(3);
  for (const step of [0, 3]) {
    const { truth } = await objective.targets(sets, batch, { key: key(1), step });
    expect(truth.shape[0]).toBe(1 + step);
  }
});

test("the time of a state is the truth's, whatever the model makes of it", async () => {
  // Two channels, the second the time: after a step the model is given (its own 5, the true 7).
  const seen: number[][] = [];
  const objective = rolloutCrps(
    (_, __, y) => {
      seen.push(Array.from(y.dataSync()));
      return fill(y.shape, 5);
    },
    { ...optionsOf("all", 2), timeChannel: 1 },
  );
  const state = (time: number) => tensor([1, time], [1, 1, 1, 2]);
  const batch = { previous: state(6), next: state(7), later: [state(8)] };
  const sets = { student: {} };
  objective.loss(sets, await objective.targets(sets, batch, { key: key(1), step: 0 }));
  expect(seen).toEqual([
    [1, 6, 1, 6],
    [5, 7, 5, 7],
  ]);
});

test("a spectral weight gives the mean of both parts beside the loss", async () => {
  const objective = rolloutCrps(next, { ...optionsOf("all", 2), spectralWeight: 0.5 });
  const sets = { student: { mu: scalar(m), s: scalar(sigma) } };
  const targets = await objective.targets(sets, batchOf(4), { key: key(1), step: 0 });
  const { loss, terms } = objective.loss(sets, targets);
  const [whole, points, spectrum] = await Promise.all(
    [loss, terms?.["crps"], terms?.["spectralCrps"]].map(
      async (each) => (await (each as Tensor).data())[0] as number,
    ),
  );
  expect(whole).toBeAllclose((points as number) + 0.5 * (spectrum as number));
});

test("a rollout longer than its batch, of no step or without a present state is refused", () => {
  const sets = { student: { mu: scalar(m), s: scalar(sigma) } };
  for (const [length, batch] of [
    [3, still],
    [0, still],
    [1, { ...still, previous: null }],
  ] as const) {
    try {
      rolloutCrps(next, optionsOf("all", length)).targets(sets, batch, { key: key(1), step: 0 });
      expect.unreachable();
    } catch (error) {
      expect(isEddyflowError(error, "ArgumentError")).toBe(true);
    }
  }
});

test("a condition of two states and a parameter drops the older state and keeps the parameter", async () => {
  // A state is the sum of the two before it and the parameter: 1, 1, 12, 23, 45 with 10.
  const sum = (_: ParamSets, __: Tensor, y: Tensor): Tensor => sumOf(y, -1, true);
  const objective = rolloutCrps(sum, { ...optionsOf("last", 4), history: 2 });
  const states = [1, 2, 3, 4].map((value) => fill([1, 2, 1], value));
  const [first, ...later] = states as [Tensor, ...Tensor[]];
  const previous = tensor([1, 1, 10, 1, 1, 10], [1, 2, 3]);
  const batch = { previous, next: first, later } as never;
  const targets = await objective.targets({ student: {} }, batch, { key: key(1), step: 0 });
  // Two members, two points.
  expect(await targets.y.data()).toBeAllclose([23, 45, 10, 23, 45, 10, 23, 45, 10, 23, 45, 10]);
  dispose([...states, previous, ...Object.values(targets)]);
});
