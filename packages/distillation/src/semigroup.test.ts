import { type Batch, isEddyflowError, type Key } from "@eddyflow/core";
import { cosinePath, l2, type Norm } from "@eddyflow/losses";
import {
  type CorrectorNetwork,
  correctorFromVelocity,
  correctorNetwork,
  flowMap,
  type VelocityNetwork,
  velocityNetwork,
} from "@eddyflow/models";
import { key, keyFor, normalTensor, split } from "@eddyflow/random";
import {
  add,
  cast,
  cos,
  dispose,
  div,
  grad,
  grads,
  matMul,
  memory,
  mul,
  oneHot,
  reshape,
  scalar,
  sin,
  sqrt,
  square,
  sub,
  type Tensor,
  type Tensor1D,
  tensor1d,
  tidy,
  zeros,
  zerosLike,
} from "@tensorflow/tfjs-core";
import { expect, test } from "vitest";
import { betaIncrements } from "./increments/beta-increments.ts";
import { dyadicIncrements } from "./increments/dyadic-increments.ts";
import { fixedIncrements } from "./increments/fixed-increments.ts";
import type { IncrementDistribution } from "./increments/increment-distribution.ts";
import { incrementsBetween } from "./increments/increments-between.ts";
import { squareRootIncrements } from "./increments/square-root-increments.ts";
import { uniformIncrements } from "./increments/uniform-increments.ts";
import { semigroup } from "./semigroup.ts";

const at = { key: key(1), step: 0 };
const shape = [8, 2, 2, 1];
const along = (t: Tensor): Tensor => reshape(t, [-1, 1, 1, 1]);

// Noise N(0, 1) to data N(m, s²): σ(t)² = (1 − t)² + t²s², v = m + (σ²)′/(2σ²)·(x − tm), and the flow from t
// to e is em + σ(e)/σ(t)·(x − tm).
const [m, s] = [1.5, 0.4];
const batchOf = (step: number, count = 8): Batch => ({
  previous: null,
  next: tidy(() => add(m, mul(s, normalTensor(keyFor(3, "data", step), [count, 2, 2, 1])))),
});
const batch = batchOf(0);
const variance = (t: Tensor) => add(square(sub(1, t)), mul(square(t), s ** 2));
const gaussian: VelocityNetwork = {
  init: () => ({}),
  apply: (_, x, __, time) => {
    const t = along(time);
    const slope = sub(mul(t, s ** 2), sub(1, t));
    return add(m, mul(div(slope, variance(t)), sub(x, mul(t, m))));
  },
};

/** The φ of the exact flow map where `exact` is 1, the velocity, φ of an Euler step, where it is 0. */
const exactCorrector: CorrectorNetwork = {
  init: () => ({ exact: scalar(1) }),
  apply: ({ exact }, x, y, time, delta) => {
    const [t, width] = [along(time), along(delta)];
    const end = add(t, width);
    const ratio = sqrt(div(variance(end), variance(t)));
    const flow = add(mul(end, m), mul(ratio, sub(x, mul(t, m))));
    const v = gaussian.apply({}, x, y, time);
    const correction = div(sub(sub(flow, x), mul(mul(width, sub(1, width)), v)), square(width));
    return add(v, mul(exact as Tensor, sub(correction, v)));
  },
};

/** Four dyadic levels as objectives see them, but every draw the same in a batch. */
const only = (delta: number, t = 0): IncrementDistribution => {
  const levels = dyadicIncrements({ levels: 4 });
  return {
    ...levels,
    draw: (key, count) =>
      count > 1000
        ? levels.draw(key, count)
        : {
            t: new Float32Array(count).fill(t),
            delta: new Float32Array(count).fill(delta),
          },
  };
};

const lossAt = async (exact: number, delta: number, t = 0): Promise<number> => {
  const increments = only(delta, t);
  const objective = semigroup(exactCorrector, gaussian, { norm: l2(), increments });
  const sets = { student: { exact: scalar(exact) }, velocity: {} };
  const { loss } = objective.loss(sets, await objective.targets(sets, batch, at));
  return (await loss.data())[0] as number;
};

test("the loss is zero at the exact flow map, where two half steps are a whole one", async () => {
  for (const delta of [1, 0.5, 0.25]) expect(await lossAt(1, delta)).toBeLessThan(1e-8);
});

test("the loss is positive at the Euler step", async () => {
  for (const delta of [1, 0.5, 0.25, 0.125]) expect(await lossAt(0, delta)).toBeGreaterThan(1e-4);
});

test("anchored increments are compared with a midpoint step, which the exact map differs from by O(δ³)", async () => {
  const [coarse, fine] = [await lossAt(1, 0.125, 0.25), await lossAt(1, 0.0625, 0.25)];
  // (midpoint − flow)/δ would be of order δ², were it not that (σ²)‴ = 0 makes this term vanish here.
  expect(coarse).toBeLessThan(1e-4);
  expect(coarse / fine).toBeGreaterThan(45);
  expect(coarse / fine).toBeLessThan(90);
});

/** φ = θ everywhere, over a velocity of zero. */
const constant: CorrectorNetwork = {
  init: () => ({ theta: scalar(2) }),
  apply: ({ theta }, x) => add(zerosLike(x), theta as Tensor),
};
const still: VelocityNetwork = { init: () => ({}), apply: (_, x) => zerosLike(x) };

test("no gradient passes through the targets, although the student makes them", async () => {
  // Two half steps go δ²θ/2 where the whole one goes δ²θ: the error is δθ/2, and its square has the
  // derivative δ²θ with the target held fast, δ²θ/2 otherwise. The anchored target is at rest: 2δ²θ.
  for (const [delta, expected] of [
    [1, 2],
    [0.5, 0.5],
    [0.125, 2 * 2 * 0.125 ** 2],
  ] as const) {
    const objective = semigroup(constant, still, { norm: l2(), increments: only(delta) });
    const targets = await objective.targets(
      { student: { theta: scalar(2) }, velocity: {} },
      batch,
      at,
    );
    const gradient = grad((theta) => objective.loss({ student: { theta } }, targets).loss);
    expect((await gradient(scalar(2)).data())[0]).toBeCloseTo(expected, 5);
  }
});

test("targets cost two evaluations of v and two of φ beyond the anchor; the loss one of φ", async () => {
  const calls: string[] = [];
  const counted = {
    velocity: {
      ...still,
      apply: (_: unknown, x: Tensor) => {
        calls.push(`v ${x.shape[0]}`);
        return zerosLike(x);
      },
    },
    corrector: {
      ...constant,
      apply: (_: unknown, x: Tensor) => {
        calls.push(`φ ${x.shape[0]}`);
        return zerosLike(x);
      },
    },
  };
  const ends: number[] = [];
  const recorded: Norm = (error, t) => {
    ends.push(...t.dataSync());
    return l2()(error, t);
  };
  const objective = semigroup(counted.corrector, counted.velocity, { norm: recorded });
  const sets = { student: {}, velocity: {} };
  const targets = await objective.targets(sets, batch, at);
  expect(calls).toEqual(["v 8", "φ 6", "v 8", "φ 6"]);
  objective.loss(sets, targets);
  expect(calls.slice(4)).toEqual(["φ 8"]);

  // Four levels share eight samples, the anchored ones first, and the norm's time is t + δ.
  const delta = Array.from(await targets.delta.data());
  expect(delta.slice(0, 2)).toEqual([0.125, 0.125]);
  expect([...delta].sort()).toEqual([0.125, 0.125, 0.25, 0.25, 0.5, 0.5, 1, 1]);
  const starts = await targets.t.data();
  expect(ends).toEqual(delta.map((width, i) => width + (starts[i] as number)));
});

test("a batch with only anchored increments, or none, is a batch too", async () => {
  for (const delta of [0.0625, 1]) {
    const objective = semigroup(constant, still, { norm: l2(), increments: only(delta) });
    const sets = { student: { theta: scalar(0) }, velocity: {} };
    const targets = await objective.targets(sets, batch, at);
    expect((await objective.loss(sets, targets).loss.data())[0]).toBe(0);
  }
});

const options = {
  stateChannels: 1,
  conditionChannels: 1,
  features: [3, 4],
  padding: ["periodic", "periodic"],
} as const;

test("a corrector made from the velocity starts with the error of an Euler step, and leaves no tensors", async () => {
  const [velocity, corrector] = [velocityNetwork(options), correctorNetwork(options)];
  const frozen = velocity.init(key(2));
  const student = correctorFromVelocity(frozen);
  const conditioned: Batch = {
    previous: normalTensor(key(3), [2, 4, 4, 1]),
    next: normalTensor(key(4), [2, 4, 4, 1]),
  };
  const objective = semigroup(corrector, velocity, { norm: l2(), increments: only(1) });
  const sets = { student, velocity: frozen };
  const before = memory().numTensors;
  const targets = await objective.targets(sets, conditioned, at);
  const { loss } = objective.loss(sets, targets);
  // Euler in one step against Euler in two.
  const { x, t } = targets;
  const y = conditioned.previous;
  const expected = tidy(() => {
    const v = velocity.apply(frozen, x, y, t);
    const half = add(x, mul(v, 0.5));
    const later = velocity.apply(frozen, half, y, add<Tensor1D>(t, 0.5));
    return l2()(mul(sub(v, later), 0.5), t);
  });
  expect((await loss.data())[0]).toBeCloseTo((await expected.data())[0] as number, 6);
  dispose([loss, expected, ...Object.values(targets)]);
  expect(memory().numTensors).toBe(before);
});

/** φ = a·x + b with one a and one b per interval of the dyadic grid: enough for the exact Gaussian flow. */
const table: CorrectorNetwork = {
  init: () => ({ a: zeros([15, 1]), b: zeros([15, 1]) }),
  apply: ({ a, b }, x, _, t, delta) => {
    const interval = cast(add(div(1, delta), sub(div(t, delta), 1)), "int32");
    const chosen = oneHot(interval, 15);
    const pick = (values: Tensor) => along(matMul(cast(chosen, "float32"), values as never));
    return add(mul(pick(a as Tensor), x), pick(b as Tensor));
  },
};

const intervals = [1, 2, 4, 8].flatMap((parts) =>
  Array.from({ length: parts }, (_, i) => ({ t: i / parts, delta: 1 / parts })),
);
/** A fraction of Newton's step: the curvature of the loss in an interval's a or b is of the order δ². */
const rates = reshape(tensor1d(intervals.map(({ delta }) => 3 / delta ** 2)), [15, 1]);

test("gradient descent ends at the exact flow map of a Gaussian, m + s·x₀, in one step", async () => {
  const objective = semigroup(table, gaussian, {
    norm: l2(),
    // Each interval once in every batch of fifteen.
    increments: {
      ...dyadicIncrements({ levels: 4 }),
      draw: (_, count) => ({
        t: Float32Array.from({ length: count }, (_, i) => intervals[i % 15]?.t ?? 0),
        delta: Float32Array.from({ length: count }, (_, i) => intervals[i % 15]?.delta ?? 0),
      }),
    },
  });
  let [a, b] = [zeros([15, 1]), zeros([15, 1])] as [Tensor, Tensor];
  for (let step = 0; step < 40; step++) {
    const data = batchOf(step, 15);
    const sets = { student: { a, b }, velocity: {} };
    const targets = await objective.targets(sets, data, { key: keyFor(1, "draws", step), step });
    const next = tidy(() => {
      const [da, db] = grads(
        (a: Tensor, b: Tensor) => objective.loss({ student: { a, b } }, targets).loss,
      )([a, b]) as [Tensor, Tensor];
      return [sub(a, mul(da, rates)), sub(b, mul(db, rates))] as [Tensor, Tensor];
    });
    dispose([a, b, data.next, ...Object.values(targets)]);
    [a, b] = next;
  }
  const start = normalTensor(key(5), shape);
  const map = flowMap(table, { a, b }, null);
  const end = await map(start, null, zeros([8]) as Tensor1D, 1).data();
  const noise = await start.data();
  expect(end).toBeAllclose(
    Array.from(noise, (x0) => m + s * x0),
    { atol: 0.08 },
  );
});

/** φ = 7/δ: F = x + 7δ, which two half steps agree with although the velocity is zero. */
const drifting: CorrectorNetwork = {
  init: () => ({}),
  apply: (_, x, __, ___, delta) => add(zerosLike(x), div(7, along(delta))),
};

const anchoredOnes: Record<string, IncrementDistribution> = {
  "dyadic, 1 level": dyadicIncrements({ levels: 1 }),
  "dyadic, 3 levels": dyadicIncrements({ levels: 3 }),
  "dyadic, 30 levels": dyadicIncrements({ levels: 30 }),
  uniform: uniformIncrements(),
  "uniform from .2": uniformIncrements({ minimum: 0.2 }),
  "uniform from .9": uniformIncrements({ minimum: 0.9 }),
  "square root": squareRootIncrements(),
  "square root from .02": squareRootIncrements({ minimum: 0.02 }),
  beta: betaIncrements(),
  "beta, mostly long": betaIncrements({ alpha: 8, beta: 1 }),
  "fixed quarters": fixedIncrements({ steps: 4 }),
  // In float32 each of these is larger than the number itself.
  "fixed tenths": fixedIncrements({ steps: 10 }),
  "fixed thirds": fixedIncrements({ steps: 3 }),
  "fixed with jitter": fixedIncrements({ steps: 4, jitter: 0.1 }),
  "between sevenths": incrementsBetween(Array.from({ length: 8 }, (_, i) => i / 7)),
  "between uneven times": incrementsBetween([0, 0.1, 0.4, 1]),
};

test.each(Object.entries(anchoredOnes))(
  "with its own anchor, %s increments tie a map to its teacher that agrees with itself",
  async (_, increments) => {
    const objective = semigroup(drifting, still, { norm: l2(), increments });
    const many: Batch = { previous: null, next: zeros([256, 1, 1, 1]) };
    const sets = { student: {}, velocity: {} };
    const { loss } = objective.loss(sets, await objective.targets(sets, many, at));
    // Each anchored sample costs 7², the others nothing.
    const anchoredSamples = ((await loss.data())[0] as number) * (256 / 49);
    expect(anchoredSamples).toBeGreaterThanOrEqual(3);
  },
);

test.each([
  ["dyadic increments of three levels", dyadicIncrements({ levels: 3 }), 1 / 8, /0\.25.*0\.125/],
  ["fixed quarters", fixedIncrements({ steps: 4 }), 1 / 8, /0\.25.*0\.125/],
  ["uniform increments from .2", uniformIncrements({ minimum: 0.2 }), 1 / 8, /0\.2.*0\.125/],
  ["square-root increments from .2", squareRootIncrements({ minimum: 0.2 }), 0.1, /0\.2.*0\.1/],
  ["increments between the ends", incrementsBetween([0, 1]), 0.5, /smallest increment is 1.*0\.5/],
  ["an anchor of NaN", uniformIncrements(), Number.NaN, /NaN/],
  // Reached, but too seldom.
  ["square-root increments over 1/8", squareRootIncrements(), 1 / 8, /1\.\d % .*0\.001.*0\.125/],
  ["uniform increments over .02", uniformIncrements(), 0.02, /%.*0\.02/],
  // Halves of .3 are below .2 and never trained.
  ["uniform increments from .2 over .3", uniformIncrements({ minimum: 0.2 }), 0.3, /halves/],
  // ½ is anchored at t = 0 and t = ½; that from ½ to 1 is not among the increments.
  ["uneven times", incrementsBetween([0, 0.25, 0.5, 1]), 0.25, /halves/],
  ["fixed increments with jitter", fixedIncrements({ steps: 4, jitter: 0.1 }), 0.25, /halves/],
])("%s that do not tie the map to its teacher are refused", (_, increments, anchor, message) => {
  try {
    semigroup(constant, still, { norm: l2(), increments, anchor });
    expect.unreachable();
  } catch (error) {
    expect(isEddyflowError(error, "ArgumentError")).toBe(true);
    expect((error as Error).message).toMatch(message);
    expect((error as Error).message).toContain(`give anchor: ${increments.anchor}`);
  }
});

test("increments of one's own that leave [0, 1] are refused", () => {
  for (const delta of [0, 1.5, Number.NaN]) {
    const increments = {
      ...uniformIncrements(),
      draw: (_: unknown, count: number) => ({
        t: new Float32Array(count),
        delta: new Float32Array(count).fill(delta),
      }),
    };
    expect(() => semigroup(constant, still, { norm: l2(), increments })).toThrow(
      /leads from t = 0/,
    );
  }
});

test("missing parameters are refused", () => {
  const objective = semigroup(constant, still, { norm: l2() });
  for (const sets of [{ student: {} }, { velocity: {} }]) {
    try {
      objective.targets(sets, batch, at);
      expect.unreachable();
    } catch (error) {
      expect(isEddyflowError(error, "ArgumentError")).toBe(true);
    }
  }
});

test("x_t lies on the path that is given", async () => {
  const objective = semigroup(exactCorrector, gaussian, { norm: l2(), path: cosinePath });
  const sets = { student: { exact: scalar(1) }, velocity: {} };
  const { x, t } = await objective.targets(sets, batch, at);
  const noise = normalTensor((split(at.key) as [Key, Key])[0], shape);
  const angle = mul(along(t), Math.PI / 2);
  const expected = add(mul(sin(angle), batch.next), mul(cos(angle), noise));
  expect(await x.data()).toBeAllclose(await expected.data());
});
