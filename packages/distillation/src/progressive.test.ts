import { type Batch, isEddyflowError, type Key, type Params } from "@eddyflow/core";
import { cosinePath, l2, type Norm } from "@eddyflow/losses";
import { copyParams, type VelocityNetwork, velocityNetwork } from "@eddyflow/models";
import { key, normalTensor, split } from "@eddyflow/random";
import { euler, rk4, rungeKuttaStep } from "@eddyflow/samplers";
import {
  add,
  cos,
  div,
  memory,
  mul,
  reshape,
  scalar,
  sin,
  sqrt,
  square,
  sub,
  type Tensor,
  type Tensor1D,
  zeros,
  zerosLike,
} from "@tensorflow/tfjs-core";
import { expect, test } from "vitest";
import { progressive } from "./progressive.ts";

const at = { key: key(1), step: 0 };
const shape = [6, 2, 2, 1];
const batch: Batch = { previous: null, next: normalTensor(key(9), shape) };
const along = (t: Tensor1D): Tensor => reshape(t, [-1, 1, 1, 1]);

// Noise N(0, 1) to data N(m, s²): σ(t)² = (1 − t)² + t²s², v = m + (σ²)′/(2σ²)·(x − tm), and the flow from t
// to e is em + σ(e)/σ(t)·(x − tm).
const [m, s] = [1.5, 0.4];
const variance = (t: Tensor) => add(square(sub(1, t)), mul(square(t), s ** 2));
const velocityAt = (x: Tensor, t: Tensor) => {
  const slope = sub(mul(t, s ** 2), sub(1, t));
  return add(m, mul(div(slope, variance(t)), sub(x, mul(t, m))));
};
const flow = (x: Tensor, t: Tensor, end: Tensor) => {
  const ratio = sqrt(div(variance(end), variance(t)));
  return add(mul(end, m), mul(ratio, sub(x, mul(t, m))));
};

/** The velocity where `exact` is 0, the mean velocity over the next half of the way where it is 1. */
const gaussian: VelocityNetwork = {
  init: () => ({ exact: scalar(0) }),
  apply: ({ exact }, x, _, time) => {
    const t = along(time);
    const mean = mul(2, sub(flow(x, t, add(t, 0.5)), x));
    return add(velocityAt(x, t), mul(exact as Tensor, sub(mean, velocityAt(x, t))));
  },
};
const valueOfLoss = async (network: VelocityNetwork, norm: Norm, sets: Record<string, Params>) => {
  const objective = progressive(network, { times: [0, 0.5, 1], substeps: 8, tableau: rk4, norm });
  const targets = await objective.targets(sets, batch, at);
  const { loss } = objective.loss(sets, targets);
  return (await loss.data())[0] as number;
};

test("the loss is zero at the exact mean velocity of a Gaussian flow, and positive at the teacher", async () => {
  const teacher = { exact: scalar(0) };
  expect(
    await valueOfLoss(gaussian, l2(), { teacher, student: { exact: scalar(1) } }),
  ).toBeLessThan(1e-6);
  expect(await valueOfLoss(gaussian, l2(), { teacher, student: teacher })).toBeGreaterThan(0.1);
});

test("a teacher of constant velocity has nothing to teach", async () => {
  const constant: VelocityNetwork = {
    init: () => ({}),
    apply: (_, x) => add(zerosLike(x), 0.7),
  };
  expect(await valueOfLoss(constant, l2(), { teacher: {}, student: {} })).toBeLessThan(1e-10);
});

test("t is the start of the increment and the norm's time its end", async () => {
  const times: number[] = [];
  const recorded: Norm = (error, t) => {
    times.push(...t.dataSync());
    return l2()(error, t);
  };
  const objective = progressive(gaussian, {
    times: [0, 0.25, 1],
    substeps: 1,
    tableau: euler,
    norm: recorded,
  });
  const sets = { teacher: { exact: scalar(0) }, student: { exact: scalar(0) } };
  const targets = await objective.targets(sets, batch, at);
  objective.loss(sets, targets);
  const starts = Array.from(await targets.t.data());
  expect(starts.filter((t) => t === 0).length).toBe(3);
  expect(times).toEqual(starts.map((t) => (t === 0 ? 0.25 : 1)));
});

const options = {
  stateChannels: 1,
  conditionChannels: 1,
  features: [3, 4],
  padding: ["periodic", "periodic"],
} as const;

test("a student copied from its teacher makes the teacher's own Euler step", async () => {
  const network = velocityNetwork(options);
  const teacher = network.init(key(2));
  const student = copyParams(teacher);
  const conditioned: Batch = {
    previous: normalTensor(key(3), [2, 4, 4, 1]),
    next: normalTensor(key(4), [2, 4, 4, 1]),
  };
  const objective = progressive(network, {
    times: [0, 1],
    substeps: 1,
    tableau: euler,
    norm: l2(),
  });
  const before = memory().numTensors;
  const targets = await objective.targets({ teacher, student }, conditioned, at);
  const { loss } = objective.loss({ teacher, student }, targets);
  expect((await loss.data())[0]).toBeLessThan(1e-12);
  for (const each of [loss, ...Object.values(targets)]) each.dispose();
  expect(memory().numTensors).toBe(before);
});

test("a student of a teacher of two steps learns where these two steps lead", async () => {
  const objective = progressive(gaussian, {
    times: [0, 1],
    substeps: 2,
    tableau: euler,
    norm: l2(),
  });
  const teacher = { exact: scalar(1) };
  const { x, velocity, t } = await objective.targets({ teacher }, batch, at);
  const field = (state: Tensor, y: Tensor | null, time: Tensor1D) =>
    gaussian.apply(teacher, state, y, time);
  const half = rungeKuttaStep(field, x, null, { tableau: euler, t, delta: 0.5 });
  const whole = rungeKuttaStep(field, half, null, {
    tableau: euler,
    t: add<Tensor1D>(t, 0.5),
    delta: 0.5,
  });
  const [own, expected] = [await velocity.data(), await sub(whole, x).data()];
  expect(own).toBeAllclose(expected);
});

test("a teacher without steps, times that do not rise from 0 to 1 and a missing teacher are refused", async () => {
  const refused = (body: () => unknown) => {
    try {
      body();
      expect.unreachable();
    } catch (error) {
      expect(isEddyflowError(error, "ArgumentError")).toBe(true);
    }
  };
  const wanted = { times: [0, 1], substeps: 1, tableau: euler, norm: l2() };
  refused(() => progressive(gaussian, { ...wanted, substeps: 0 }));
  for (const times of [
    [],
    [0],
    [0, 0.5],
    [0, 0.5, 0.5, 1],
    [0, 1, 0.5],
    [1, 0],
    [0, Number.NaN, 1],
  ]) {
    refused(() => progressive(gaussian, { ...wanted, times }));
  }
  refused(() => progressive(gaussian, wanted).targets({ student: {} }, batch, at));
});

test("neither teacher nor norm is asked beyond t = 1, whatever the times round to", async () => {
  const asked: number[] = [];
  const still: VelocityNetwork = {
    init: () => ({}),
    apply: (_, x, __, t) => {
      asked.push(...t.dataSync());
      return zerosLike(x);
    },
  };
  const norm: Norm = (error, t) => {
    asked.push(...t.dataSync());
    return l2()(error, t);
  };
  const sets = { teacher: {}, student: {} };
  for (let steps = 1; steps <= 11; steps++) {
    for (let substeps = 1; substeps <= 7; substeps++) {
      const times = Array.from({ length: steps + 1 }, (_, i) => i / steps);
      const objective = progressive(still, { times, substeps, tableau: rk4, norm });
      const few: Batch = { previous: null, next: zeros([steps, 1, 1, 1]) };
      objective.loss(sets, await objective.targets(sets, few, at));
    }
  }
  expect(Math.max(...asked)).toBe(1);
  expect(Math.min(...asked)).toBe(0);
});

test("x_t lies on the path that is given", async () => {
  const objective = progressive(gaussian, {
    times: [0, 0.25, 0.5, 1],
    substeps: 1,
    tableau: euler,
    norm: l2(),
    path: cosinePath,
  });
  const sets = { teacher: { exact: scalar(0) } };
  const { x, t } = await objective.targets(sets, batch, at);
  const noise = normalTensor((split(at.key) as [Key, Key])[0], shape);
  const angle = mul(along(t), Math.PI / 2);
  const expected = add(mul(sin(angle), batch.next), mul(cos(angle), noise));
  expect(await x.data()).toBeAllclose(await expected.data());
});
