import { type Batch, isEddyflowError, type ParamSets } from "@eddyflow/core";
import { l2, type Norm } from "@eddyflow/losses";
import type { MeanVelocityNetwork, VelocityNetwork } from "@eddyflow/models";
import { key, normalTensor } from "@eddyflow/random";
import { type ButcherTableau, midpoint, rk4, uniformTimes } from "@eddyflow/samplers";
import {
  add,
  div,
  grads,
  memory,
  mul,
  neg,
  reshape,
  scalar,
  sqrt,
  square,
  sub,
  type Tensor,
  type Tensor1D,
} from "@tensorflow/tfjs-core";
import { expect, test } from "vitest";
import type { PathBatch } from "./paths/path-batch.ts";
import { pathPairs } from "./paths/path-pairs.ts";
import { trajectory } from "./trajectory.ts";

const at = { key: key(1), step: 0 };
const batch: Batch = { previous: null, next: normalTensor(key(9), [64, 2, 2, 1]) };
const along = (t: Tensor1D): Tensor => reshape(t, [-1, 1, 1, 1]);

// Noise N(0, 1) to data N(m, s²): σ(t)² = (1 − t)² + t²s², v = m + (σ²)′/(2σ²)·(x − tm), and the flow from t
// to e is em + σ(e)/σ(t)·(x − tm).
const [m, s] = [1.5, 0.4];
const variance = (t: Tensor) => add(square(sub(1, t)), mul(square(t), s ** 2));
const meanVelocity = (x: Tensor, t: Tensor, delta: Tensor): Tensor => {
  const end = add(t, delta);
  const ratio = sqrt(div(variance(end), variance(t)));
  return div(sub(add(mul(end, m), mul(ratio, sub(x, mul(t, m)))), x), delta);
};
const teacher: VelocityNetwork = {
  init: () => ({}),
  apply: (_, x, __, time) => {
    const t = along(time);
    const slope = sub(mul(t, s ** 2), sub(1, t));
    return add(m, mul(div(slope, variance(t)), sub(x, mul(t, m))));
  },
};

/** The exact mean velocity, times a parameter that is 1 where it is right. */
const exact: MeanVelocityNetwork = {
  init: () => ({ scale: scalar(1) }),
  apply: ({ scale }, x, _, t, delta) =>
    mul(scale as Tensor, meanVelocity(x, along(t), along(delta))),
};

// In float64, on the host.
const hostVariance = (t: number) => (1 - t) ** 2 + t ** 2 * s ** 2;
const hostFlow = (x: number, t: number, end: number) =>
  end * m + Math.sqrt(hostVariance(end) / hostVariance(t)) * (x - t * m);
const hostVelocity = (x: number, t: number) =>
  m + ((t * s ** 2 - (1 - t)) / hostVariance(t)) * (x - t * m);
/** Midpoint steps of size h from t to the end. */
const hostPath = (start: number, t: number, end: number, h: number) => {
  let x = start;
  for (let i = 0; i < Math.round((end - t) / h); i++) {
    const time = t + i * h;
    x += h * hostVelocity(x + (h / 2) * hostVelocity(x, time), time + h / 2);
  }
  return x;
};

const objectiveOf = (
  network: MeanVelocityNetwork,
  { steps = 8, share = 0, norm = l2(), tableau = midpoint as ButcherTableau } = {},
) =>
  trajectory(network, {
    ...{ teacher, tableau, times: uniformTimes(steps), norm },
    pairs: pathPairs({ steps, share }),
  });

const setsOf = (): ParamSets => ({ teacher: {}, student: { scale: scalar(1) } });
const lossOf = async (network: MeanVelocityNetwork, options = {}): Promise<number> => {
  const objective = objectiveOf(network, options);
  const targets = await objective.targets(setsOf(), batch, at);
  return (await objective.loss(setsOf(), targets).loss.data())[0] as number;
};

test("the targets are mean velocities between points that the teacher's own steps lead to", async () => {
  const targets = await objectiveOf(exact).targets(setsOf(), batch, at);
  const [x, t, delta, end, velocity] = await Promise.all(
    [targets.x, targets.t, targets.delta, targets.end, targets.velocity].map(
      async (each) => await each.data(),
    ),
  );
  const numbers = (values: ArrayLike<number> | undefined) => Array.from(values ?? []);
  expect(new Set(numbers(t)).size).toBe(8);
  expect(numbers(delta)).toEqual(numbers(t).map((time, i) => (numbers(end)[i] as number) - time));
  expect(Math.min(...numbers(delta))).toBe(1 / 8);
  const expected = numbers(x).map((state, i) => {
    const row = Math.floor(i / 4);
    const [from, to] = [numbers(t)[row] as number, numbers(end)[row] as number];
    return (hostPath(state, from, to, 1 / 8) - state) / (to - from);
  });
  // A state is known to 2⁻²³ of its size, and 1/δ is up to 8.
  expect(velocity).toBeAllclose(expected, { atol: 1e-5, rtol: 1e-5 } as never);
});

test("the loss at the exact map is the error of the teacher's steps, and none other", async () => {
  const targets = await objectiveOf(exact).targets(setsOf(), batch, at);
  const [x, t, end] = await Promise.all(
    [targets.x, targets.t, targets.end].map(async (each) => Array.from(await each.data())),
  );
  const errors = (x ?? []).map((state, i) => {
    const row = Math.floor(i / 4);
    const [from, to] = [t?.[row] as number, end?.[row] as number];
    return (hostPath(state, from, to, 1 / 8) - hostFlow(state, from, to)) / (to - from);
  });
  const expected = errors.reduce((sum, error) => sum + error ** 2, 0) / errors.length;
  expect(await lossOf(exact)).toBeCloseTo(expected, 8);
  expect(expected).toBeLessThan(1e-3);
});

test("with a teacher of many good steps the loss at the exact map is zero to round-off", async () => {
  expect(await lossOf(exact, { tableau: rk4, steps: 32, share: 0.5 })).toBeLessThan(1e-9);
});

test("the gradient vanishes at the exact map, and nowhere beside it", async () => {
  const objective = objectiveOf(exact, { tableau: rk4, steps: 32 });
  const targets = await objective.targets(setsOf(), batch, at);
  const slopeAt = async (scale: number) => {
    const gradient = grads(
      (value: Tensor) => objective.loss({ student: { scale: value } }, targets).loss,
    )([scalar(scale)])[0] as Tensor;
    return (await gradient.data())[0] as number;
  };
  // The slope of E(scale − 1)²u² is 2(scale − 1)E u², and E u² is about m² + 1.
  expect(Math.abs(await slopeAt(1))).toBeLessThan(1e-4);
  expect(await slopeAt(1.1)).toBeGreaterThan(0.2);
  expect(await slopeAt(0.9)).toBeLessThan(-0.2);
});

test("a mean velocity that is not divided, goes back, or is of another increment has a loss", async () => {
  const wrong: readonly MeanVelocityNetwork["apply"][] = [
    // x̂_j − x̂_i without the division.
    (_, x, __, t, delta) => mul(along(delta), meanVelocity(x, along(t), along(delta))),
    // (x̂_i − x̂_j)/δ.
    (_, x, __, t, delta) => neg(meanVelocity(x, along(t), along(delta))),
    // Half the increment, and the wrong start.
    (_, x, __, t, delta) => meanVelocity(x, along(t), mul(along(delta), 0.5)),
    (_, x, __, t, delta) => meanVelocity(x, mul(along(t), 0), along(delta)),
  ];
  for (const apply of wrong) {
    expect(await lossOf({ init: () => ({}), apply })).toBeGreaterThan(0.01);
  }
});

test("the norm's time is that of the later point", async () => {
  const times: number[] = [];
  const norm: Norm = (error, t) => {
    times.push(...t.dataSync());
    return l2()(error, t);
  };
  await lossOf(exact, { norm, share: 1 });
  expect(times).toEqual(new Array(64).fill(1));
});

test("points that were made before are learnt as they are, in a batch of paths", async () => {
  const objective = objectiveOf(exact);
  const made = await objective.targets(setsOf(), batch, at);
  const later = add(made.x, mul(along(made.delta), made.velocity));
  const paths: PathBatch = {
    previous: batch.next,
    next: later,
    start: made.x,
    t: made.t,
    end: made.end,
  };
  const before = memory().numTensors;
  // Without a teacher: nothing is made.
  const kept = await objective.targets({}, paths, { key: key(5), step: 3 });
  for (const name of ["x", "t", "delta", "end"] as const) {
    expect(await kept[name].data()).toEqual(await made[name].data());
  }
  expect(await kept.velocity.data()).toBeAllclose(await made.velocity.data());
  expect(await kept.y?.data()).toEqual(await batch.next.data());
  for (const each of Object.values(kept)) each.dispose();
  expect(paths.start.isDisposed || paths.next.isDisposed || batch.next.isDisposed).toBe(false);
  expect(memory().numTensors).toBe(before);
});

test("the same key makes the same paths, under the batch's own conditions, and no tensor is left", async () => {
  const conditions: (Tensor | null)[] = [];
  const asked: VelocityNetwork = {
    init: () => ({}),
    apply: (_, x, y, t) => {
      conditions.push(y);
      return teacher.apply({}, x, null, t);
    },
  };
  const objective = trajectory(exact, {
    ...{ teacher: asked, tableau: midpoint, times: uniformTimes(4), norm: l2() },
    pairs: pathPairs({ steps: 4, share: 0 }),
  });
  const conditioned: Batch = { ...batch, previous: normalTensor(key(4), batch.next.shape) };
  const sets = setsOf();
  const before = memory().numTensors;
  const [one, two] = [
    await objective.targets(sets, conditioned, at),
    await objective.targets(sets, conditioned, at),
  ];
  expect(await one.velocity.data()).toEqual(await two.velocity.data());
  expect(conditions.every((y) => y === conditioned.previous)).toBe(true);
  const { loss } = objective.loss(sets, one);
  for (const each of [loss, ...Object.values(one), ...Object.values(two)]) each.dispose();
  expect(memory().numTensors).toBe(before);
});

test("paths cannot be made without a teacher", () => {
  try {
    objectiveOf(exact).targets({ student: {} }, batch, at);
    expect.unreachable();
  } catch (error) {
    expect(isEddyflowError(error, "ArgumentError")).toBe(true);
  }
});
