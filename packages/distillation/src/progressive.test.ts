import { type Batch, isEddyflowError, type Key, type Params } from "@eddyflow/core";
import { cosinePath, l2, type Norm, sobolev } from "@eddyflow/losses";
import {
  copyParams,
  type MeanVelocityNetwork,
  type VelocityNetwork,
  velocityNetwork,
} from "@eddyflow/models";
import { key, normalTensor, split } from "@eddyflow/random";
import {
  type ButcherTableau,
  euler,
  heun,
  midpoint,
  rk4,
  rungeKuttaStep,
  tableaus,
} from "@eddyflow/samplers";
import {
  add,
  cos,
  dispose,
  div,
  grad,
  mean,
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
  tensor1d,
  zeros,
  zerosLike,
} from "@tensorflow/tfjs-core";
import { expect, test } from "vitest";
import { betaIncrements } from "./increments/beta-increments.ts";
import { fixedIncrements } from "./increments/fixed-increments.ts";
import { incrementsBetween } from "./increments/increments-between.ts";
import { uniformIncrements } from "./increments/uniform-increments.ts";
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
  const objective = progressive(network, {
    increments: incrementsBetween([0, 0.5, 1]),
    substeps: 8,
    tableau: rk4,
    norm,
  });
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
    increments: incrementsBetween([0, 0.25, 1]),
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
    increments: incrementsBetween([0, 1]),
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
    increments: incrementsBetween([0, 1]),
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

test("a teacher without steps and a missing teacher are refused", async () => {
  const refused = (body: () => unknown) => {
    try {
      body();
      expect.unreachable();
    } catch (error) {
      expect(isEddyflowError(error, "ArgumentError")).toBe(true);
    }
  };
  const wanted = { increments: incrementsBetween([0, 1]), substeps: 1, tableau: euler, norm: l2() };
  for (const substeps of [0, -1, 1.5, Number.NaN]) {
    refused(() => progressive(gaussian, { ...wanted, substeps }));
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
      const increments = incrementsBetween(times);
      const objective = progressive(still, { increments, substeps, tableau: rk4, norm });
      const few: Batch = { previous: null, next: zeros([steps, 1, 1, 1]) };
      objective.loss(sets, await objective.targets(sets, few, at));
    }
  }
  expect(Math.max(...asked)).toBe(1);
  expect(Math.min(...asked)).toBe(0);
});

test("x_t lies on the path that is given", async () => {
  const objective = progressive(gaussian, {
    increments: incrementsBetween([0, 0.25, 0.5, 1]),
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

const continuous = {
  uniform: uniformIncrements({ minimum: 0.05 }),
  "uniform up to .5": uniformIncrements({ minimum: 0.05, maximum: 0.5 }),
  beta: betaIncrements({ minimum: 0.05 }),
  "fixed with jitter": fixedIncrements({ steps: 4, jitter: 0.3 }),
  "fixed times": incrementsBetween([0, 0.3, 1]),
};

/** An affine map a·x + b of every pixel, in float64. */
type Affine = readonly [a: number, b: number];
const after = ([a, b]: Affine, [c, d]: Affine): Affine => [a * c, a * d + b];

/** One Runge–Kutta step of v = m + g(t)(x − tm), g = (σ²)′/(2σ²), which is affine in x. */
function affineStep(tableau: ButcherTableau, t: number, delta: number): Affine {
  const combine = (weights: readonly number[], maps: readonly Affine[]): Affine => [
    weights.reduce((sum, weight, i) => sum + weight * (maps[i] as Affine)[0], 0),
    weights.reduce((sum, weight, i) => sum + weight * (maps[i] as Affine)[1], 0),
  ];
  const stages: Affine[] = [];
  for (const [i, row] of tableau.a.entries()) {
    const time = t + (tableau.c[i] as number) * delta;
    const g = (time * s ** 2 - (1 - time)) / ((1 - time) ** 2 + time ** 2 * s ** 2);
    const [a, b] = combine(row, stages);
    stages.push(after([g, m - g * time * m], [1 + delta * a, delta * b]));
  }
  const [a, b] = combine(tableau.b, stages);
  return [1 + delta * a, delta * b];
}

/** The product of K such steps of size Δ/K. */
const affineSteps = (tableau: ButcherTableau, substeps: number, t: number, delta: number): Affine =>
  Array.from({ length: substeps }, (_, i) =>
    affineStep(tableau, t + (i * delta) / substeps, delta / substeps),
  ).reduce((whole, step) => after(step, whole));

/** The teacher v(x, y, t) as a network. */
const exact: VelocityNetwork = {
  init: () => ({}),
  apply: (_, x, __, time) => velocityAt(x, along(time)),
};

/** θ times the mean velocity of K teacher steps over any [t, t + Δ]: right for θ = 1. */
const toldOf = (tableau: ButcherTableau, substeps: number): MeanVelocityNetwork => ({
  init: () => ({ theta: scalar(1) }),
  apply: ({ theta }, x, _, time, width) => {
    const [t, delta] = [time.dataSync(), width.dataSync()];
    const maps = Array.from(t, (start, i) =>
      affineSteps(tableau, substeps, start, delta[i] as number),
    );
    const slope = tensor1d(maps.map(([a], i) => (a - 1) / (delta[i] as number)));
    const offset = tensor1d(maps.map(([, b], i) => b / (delta[i] as number)));
    return mul(add(mul(along(slope), x), along(offset)), theta as Tensor);
  },
});

const norms = {
  l2: l2(),
  sobolev: sobolev({
    alpha: (t) => sub<Tensor1D>(2, t),
    beta: (t) => square(t),
    spacing: [1, 2],
    boundary: ["periodic", "wall"],
  }),
};

/** Noise as the data of a batch, whose points are then of all sizes. */
const many: Batch = { previous: null, next: normalTensor(key(8), [64, 2, 2, 1]) };

const lossOf = async (
  network: MeanVelocityNetwork,
  theta: number,
  options: Omit<Parameters<typeof progressive>[1], "teacher">,
) => {
  const objective = progressive(network, { teacher: exact, ...options });
  const sets = { teacher: {}, student: { theta: scalar(theta) } };
  const targets = await objective.targets(sets, many, at);
  const before = memory().numTensors;
  const { loss } = objective.loss(sets, targets);
  const slope = grad((theta) => objective.loss({ student: { theta } }, targets).loss)(
    sets.student.theta,
  );
  const values = [await loss.data(), await slope.data()].map(([value]) => value as number);
  dispose([loss, slope]);
  expect(memory().numTensors).toBe(before);
  dispose([targets as never, sets.student.theta]);
  return { loss: values[0] as number, gradient: values[1] as number };
};

const cases = Object.entries(continuous).flatMap(([name, increments]) =>
  tableaus.map((tableau) => ({ name, increments, tableau, by: tableau.name })),
);

test.each(cases)(
  "a student told Δ of $name increments has no loss and no gradient at its teacher's mean velocity by $by steps, and both elsewhere",
  async ({ increments, tableau }) => {
    const substeps = 3;
    for (const norm of Object.values(norms)) {
      for (const compare of ["velocities", "states"] as const) {
        const options = { increments, substeps, tableau, norm, compare };
        const student = toldOf(tableau, substeps);
        // The teacher's mean velocity has errors of about 10⁻⁷·|x|/Δ ≤ 10⁻⁵, and the loss their squares.
        const right = await lossOf(student, 1, options);
        expect(right.loss).toBeLessThan(1e-9);
        expect(Math.abs(right.gradient)).toBeLessThan(1e-4);
        const wrong = await lossOf(student, 0.9, options);
        expect(wrong.loss).toBeGreaterThan(1e-5);
        expect(wrong.gradient).toBeLessThan(-1e-4);
      }
    }
  },
);

test("the mean velocity of another number of teacher steps, or over another width, is not the minimum", async () => {
  const options = { increments: continuous.uniform, substeps: 2, tableau: heun, norm: l2() };
  expect((await lossOf(toldOf(heun, 2), 1, options)).loss).toBeLessThan(1e-9);
  expect((await lossOf(toldOf(heun, 1), 1, options)).loss).toBeGreaterThan(1e-4);
  const { apply } = toldOf(heun, 2);
  const half: MeanVelocityNetwork = {
    init: () => ({}),
    apply: (params, x, y, t, delta) => apply(params, x, y, t, div(delta, 2)),
  };
  expect((await lossOf(half, 1, options)).loss).toBeGreaterThan(1e-3);
});

test.each(tableaus)(
  "one $name step of a student is compared with several of its teacher by the same method",
  async (tableau) => {
    // With one teacher step the teacher itself is exact, at every Δ, although it is not told Δ.
    const options = { tableau, studentTableau: tableau, norm: l2() };
    const increments = continuous.uniform;
    const scaled: VelocityNetwork = {
      init: () => ({}),
      apply: ({ theta }, x, y, t) => mul(exact.apply({}, x, y, t), theta as Tensor),
    };
    const right = await lossOf(scaled, 1, { ...options, increments, substeps: 1 });
    expect(right.loss).toBeLessThan(1e-9);
    expect(Math.abs(right.gradient)).toBeLessThan(1e-4);
    // With two it is wrong by what the method's order leaves of its error: Δᵖ in the mean velocity, squared.
    const lossAt = async (delta: number) => {
      const fixed = fixedIncrements({ steps: Math.round(1 / delta) });
      return (await lossOf(scaled, 1, { ...options, increments: fixed, substeps: 2 })).loss;
    };
    expect(await lossAt(1 / 2)).toBeGreaterThan(1e-6);
    if (tableau.order > 2) return;
    // (σ²)‴ = 0 makes the leading term of the midpoint rule's error vanish here.
    const order = tableau.name === "midpoint" ? 3 : tableau.order;
    const ratio = (await lossAt(1 / 16)) / (await lossAt(1 / 32));
    expect(ratio).toBeAllclose(4 ** order, { rtol: 0.35 });
  },
);

test("a midpoint student has no loss and no gradient where its one step is its teacher's two", async () => {
  // From t = 0 to 1 its stages are at 0, where it is the teacher, and at ½, where z = ax + b has come from x; there
  // it must be Pz + Q with P = (A − 1)/a and Q = B − Pb, for the teacher's two steps Ax + B.
  const [A, B] = affineSteps(midpoint, 2, 0, 1);
  const [a, b] = affineStep(euler, 0, 0.5);
  const [P, Q] = [(A - 1) / a, B - ((A - 1) / a) * b];
  const student: VelocityNetwork = {
    init: () => ({}),
    apply: ({ theta }, x, _, time) => {
      const isLater = mul(2, along(time));
      const later = mul(add(mul(x, P), Q), isLater);
      return mul(add(later, mul(velocityAt(x, zeros([1])), sub(1, isLater))), theta as Tensor);
    },
  };
  const options = {
    increments: incrementsBetween([0, 1]),
    substeps: 2,
    tableau: midpoint,
    studentTableau: midpoint,
    norm: l2(),
  };
  const right = await lossOf(student, 1, options);
  expect(right.loss).toBeLessThan(1e-10);
  expect(Math.abs(right.gradient)).toBeLessThan(1e-4);
  expect((await lossOf(student, 1.1, options)).gradient).toBeGreaterThan(0.01);
  expect((await lossOf(student, 1, { ...options, studentTableau: euler })).loss).toBeGreaterThan(
    0.01,
  );
});

test("the gradient of a midpoint student passes through both its stages", async () => {
  // v = θx over a teacher at rest: S = θx(1 + ½Δθ), and the loss S² has the derivative 2θ(1 + ½Δθ)(1 + Δθ)x².
  const student: VelocityNetwork = {
    init: () => ({}),
    apply: ({ theta }, x) => mul(x, theta as Tensor),
  };
  const still: VelocityNetwork = { init: () => ({}), apply: (_, x) => zerosLike(x) };
  const [theta, delta] = [1.5, 0.5];
  for (const [compare, scale] of [
    ["velocities", 1],
    ["states", delta ** 2],
  ] as const) {
    const objective = progressive(student, {
      teacher: still,
      increments: fixedIncrements({ steps: 2 }),
      substeps: 2,
      tableau: midpoint,
      studentTableau: midpoint,
      norm: l2(),
      compare,
    });
    const targets = await objective.targets({ teacher: {} }, many, at);
    const slope = grad((theta) => objective.loss({ student: { theta } }, targets).loss);
    const [gradient] = await slope(scalar(theta)).data();
    const [power] = await mean(square(targets.x)).data();
    const expected = 2 * theta * (1 + (delta * theta) / 2) * (1 + delta * theta);
    expect(gradient).toBeAllclose(expected * scale * (power as number), { rtol: 1e-4 });
  }
});

test("a teacher that is told its increment is told that of its own steps", async () => {
  // Two exact steps of Δ/2 are what the student told Δ must do; told Δ the teacher would go too far.
  const teacher = toldOf(rk4, 16);
  const objective = progressive(teacher, {
    increments: continuous.uniform,
    substeps: 2,
    tableau: euler,
    norm: l2(),
  });
  const sets = { teacher: { theta: scalar(1) }, student: { theta: scalar(1) } };
  const targets = await objective.targets(sets, many, at);
  const { loss } = objective.loss(sets, targets);
  // Sixteen steps of the classical method over Δ and twice over Δ/2 differ by far less than float32 tells.
  expect((await loss.data())[0]).toBeLessThan(1e-9);
});

test.each(Object.entries(continuous))(
  "neither teacher, student nor norm is asked beyond t = 1 with %s increments",
  async (_, increments) => {
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
    for (const substeps of [1, 3, 7]) {
      const many: Batch = { previous: null, next: zeros([512, 1, 1, 1]) };
      const options = { increments, substeps, tableau: rk4, studentTableau: rk4, norm };
      const objective = progressive(still, options);
      objective.loss(sets, await objective.targets(sets, many, at));
    }
    const [least, most] = [Math.min, Math.max].map((pick) => asked.reduce((a, b) => pick(a, b)));
    expect(least).toBeGreaterThanOrEqual(0);
    expect(most).toBeLessThanOrEqual(1);
  },
);
