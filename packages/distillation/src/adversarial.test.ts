import { isEddyflowError, type Objective, type ParamSets, type Params } from "@eddyflow/core";
import { l2 } from "@eddyflow/losses";
import type { DiscriminatorNetwork, VelocityNetwork } from "@eddyflow/models";
import { keyFor, normalTensor } from "@eddyflow/random";
import { midpoint, uniformTimes } from "@eddyflow/samplers";
import {
  add,
  dispose,
  memory,
  mul,
  scalar,
  square,
  type Tensor,
  tidy,
  valueAndGrads,
  zerosLike,
} from "@tensorflow/tfjs-core";
import { expect, test } from "vitest";
import { type AdversarialOptions, adversarial } from "./adversarial.ts";
import { batchOf, gaussian, m, midpointFactor, numberOf, s } from "./gaussian.test.helpers.ts";

const steps = 4;
const options: AdversarialOptions = {
  teacher: gaussian,
  tableau: midpoint,
  times: uniformTimes(steps),
  norm: l2(),
  distillation: 0.9,
  penalty: 0,
  noise: 0.1,
};

/** A student that goes to a + b·x₀. */
const affine: VelocityNetwork = {
  init: () => ({}),
  apply: ({ a, b }, x) => add(mul(x, add(b as Tensor, -1)), a as Tensor),
};
const goesTo = (a: number, b: number): Params => ({ a: scalar(a), b: scalar(b) });

/** D = c₀ + c₁x + c₂x², a logit for each point. */
const quadratic: DiscriminatorNetwork = {
  init: () => ({}),
  apply: ({ c0, c1, c2 }, _, x) =>
    add(add(mul(c2 as Tensor, square(x)), mul(c1 as Tensor, x)), c0 as Tensor),
};
const logit = (c0: number, c1: number, c2: number): Params => ({
  c0: scalar(c0),
  c1: scalar(c1),
  c2: scalar(c2),
});
const undecided = logit(0, 0, 0);

const at = (step: number) => ({ key: keyFor(5, "draws", step), step });

/** The loss of an objective and its gradient in the set that it trains, for the batch of a step. */
async function gradientOf<Targets extends Readonly<Record<string, Tensor>>>(
  objective: Objective<Targets>,
  sets: ParamSets,
  { step = 0, count = 8 }: { readonly step?: number; readonly count?: number } = {},
): Promise<{ readonly loss: number; readonly gradient: readonly number[] }> {
  const batch = batchOf(step, count);
  const targets = await objective.targets(sets, batch, at(step));
  const own = sets[objective.trains] as Params;
  const names = Object.keys(own);
  const { value, grads } = tidy(() =>
    valueAndGrads((...list: Tensor[]) => {
      const trained = Object.fromEntries(list.map((each, i) => [names[i], each]));
      return objective.loss({ ...sets, [objective.trains]: trained as Params }, targets).loss;
    })(Object.values(own)),
  );
  const found = {
    loss: await numberOf(value),
    gradient: await Promise.all(grads.map(numberOf)),
  };
  dispose([value, ...grads, batch.next, ...Object.values(targets)]);
  return found;
}

/** Mean and standard error of each component of the gradient over 24 batches. */
async function meanGradient(
  objective: Objective<Readonly<Record<string, Tensor>>>,
  sets: ParamSets,
) {
  const rows: (readonly number[])[] = [];
  for (let step = 0; step < 24; step++) {
    rows.push((await gradientOf(objective, sets, { step, count: 256 })).gradient);
  }
  return (rows[0] as readonly number[]).map((_, i) => {
    const values = rows.map((row) => row[i] as number);
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
    return { mean, error: Math.sqrt(squares / (values.length - 1) / values.length) };
  });
}

test("the student's loss at the teacher's end points is ln 2 where nothing is told apart", async () => {
  const { student } = adversarial(affine, quadratic, options);
  const exact = goesTo(m, await midpointFactor(steps));
  const sets = { student: exact, teacher: {}, discriminator: undecided };
  const before = memory().numTensors;
  const { loss, gradient } = await gradientOf(student, sets);
  expect(memory().numTensors).toBe(before);
  expect(loss).toBeCloseTo(Math.LN2, 5);
  for (const component of gradient) expect(Math.abs(component)).toBeLessThan(1e-5);
});

test.each([0.9, 0])(
  "the student's gradient under a given discriminator is that of differences in Float64, λ = %d",
  async (distillation) => {
    const { student } = adversarial(affine, quadratic, { ...options, distillation });
    const [a, b] = [1.1, 0.7];
    const [c0, c1, c2] = [0.3, -0.8, 0.5];
    const sets = { student: goesTo(a, b), teacher: {}, discriminator: logit(c0, c1, c2) };
    const targets = await student.targets(sets, batchOf(0), at(0));
    const noise = await targets.x.data();
    const taught = await targets.taught?.data();
    const lossAt = (shift: number, slope: number) =>
      Array.from(noise, (x, i) => {
        const state = shift + slope * x;
        const doubt = -(c0 + c1 * state + c2 * state ** 2);
        const error = taught === undefined ? 0 : state - (taught[i] as number);
        return Math.log1p(Math.exp(doubt)) + distillation * error ** 2;
      }).reduce((sum, value) => sum + value / noise.length, 0);
    const h = 1e-5;
    const { loss, gradient } = await gradientOf(student, sets);
    expect(loss).toBeCloseTo(lossAt(a, b), 5);
    expect(gradient[0]).toBeCloseTo((lossAt(a + h, b) - lossAt(a - h, b)) / (2 * h), 4);
    expect(gradient[1]).toBeCloseTo((lossAt(a, b + h) - lossAt(a, b - h)) / (2 * h), 4);
  },
);

test("states distributed as the data cannot be told apart: D = 0 has the loss 2 ln 2 and no slope", async () => {
  const { discriminator } = adversarial(affine, quadratic, options);
  const sets = { student: goesTo(m, s), discriminator: undecided };
  expect((await gradientOf(discriminator, sets)).loss).toBeCloseTo(2 * Math.LN2, 6);
  for (const { mean, error } of await meanGradient(discriminator, sets)) {
    // By c₀ it is 0 for every batch.
    expect(Math.abs(mean)).toBeLessThan(4 * error + 1e-6);
  }
  // Other states can be told apart.
  const [constant, linear] = await meanGradient(discriminator, {
    ...sets,
    student: goesTo(0, s),
  });
  expect(Math.abs(constant?.mean ?? 1)).toBeLessThan(1e-6);
  expect(linear?.mean).toBeLessThan(-20 * (linear?.error ?? 1));
});

test("the log-ratio of two Gaussian densities is where the discriminator stays", async () => {
  const { discriminator } = adversarial(affine, quadratic, options);
  // The student goes to N(a, b²): ln p/q = ln b/s − (x − m)²/2s² + (x − a)²/2b².
  const [a, b] = [1, 0.6];
  const ratio = logit(
    Math.log(b / s) - m ** 2 / (2 * s ** 2) + a ** 2 / (2 * b ** 2),
    m / s ** 2 - a / b ** 2,
    1 / (2 * b ** 2) - 1 / (2 * s ** 2),
  );
  const sets = { student: goesTo(a, b), discriminator: ratio };
  for (const { mean, error } of await meanGradient(discriminator, sets)) {
    expect(Math.abs(mean)).toBeLessThan(4 * error);
  }
  const swayed = { ...sets, discriminator: { ...ratio, c1: zerosLike(ratio["c1"] as Tensor) } };
  const away = await meanGradient(discriminator, swayed);
  expect(Math.max(...away.map(({ mean, error }) => Math.abs(mean) / error))).toBeGreaterThan(20);
});

test("the penalty is half of γ times the square of a linear discriminator's slope", async () => {
  const [penalty, slope] = [3, 0.7];
  const { discriminator } = adversarial(affine, quadratic, { ...options, penalty });
  const sets = { student: goesTo(m, s), discriminator: logit(0.2, slope, 0) };
  const batch = batchOf(0, 4096);
  const targets = await discriminator.targets(sets, batch, at(0));
  expect(targets.x.shape).toEqual([3 * 4096, 2, 2, 1]);
  const { loss, terms } = discriminator.loss(sets, targets);
  const [whole, logistic, steepness] = await Promise.all(
    [loss, terms?.["logistic"], terms?.["steepness"]].map((each) => numberOf(each as Tensor)),
  );
  // (c₁z)² has the mean c₁² and the deviation √2 c₁².
  const error = (Math.SQRT2 * slope ** 2) / Math.sqrt(4 * 4096);
  expect(Math.abs((steepness as number) - slope ** 2)).toBeLessThan(4 * error);
  expect(whole).toBeCloseTo((logistic as number) + (penalty / 2) * (steepness as number), 5);
});

test("each state is judged under its own condition, and only results are left", async () => {
  const seen: string[] = [];
  const spy: DiscriminatorNetwork = {
    init: () => ({}),
    apply: (params, y, x) => {
      seen.push(`${y?.shape} ${x.shape}`);
      return quadratic.apply(params, y, add(x, y as Tensor));
    },
  };
  const objectives = adversarial(affine, spy, { ...options, penalty: 1 });
  const sets = { student: goesTo(0, 1), teacher: {}, discriminator: logit(0, 1, 0) };
  const batch = { ...batchOf(0), previous: normalTensor(keyFor(1, "y", 0), [8, 2, 2, 1]) };
  const before = memory().numTensors;
  for (const objective of [objectives.student, objectives.discriminator] as const) {
    const own = objective as Objective<Readonly<Record<string, Tensor>>>;
    const targets = await own.targets(sets, batch, at(0));
    const { loss, terms } = own.loss(sets, targets);
    const shared = new Set([batch.previous, batch.next].map(({ id }) => id));
    expect(Object.values(targets).some(({ id }) => shared.has(id))).toBe(false);
    dispose([loss, ...Object.values(terms ?? {}), ...Object.values(targets)]);
    expect(memory().numTensors).toBe(before);
  }
  expect(seen).toEqual(["8,2,2,1 8,2,2,1", "24,2,2,1 24,2,2,1"]);
  const { y } = await objectives.discriminator.targets(sets, batch, at(0));
  const once = Array.from(await batch.previous.data());
  expect(Array.from((await y?.data()) ?? [])).toEqual([...once, ...once, ...once]);
});

test("without λ the teacher is not asked; else its absence, and that of the discriminator, are refused", async () => {
  const sets = { student: goesTo(0, 1), discriminator: undecided };
  const free = adversarial(affine, quadratic, { ...options, distillation: 0 });
  const targets = await free.student.targets(sets, batchOf(0), at(0));
  expect(targets).not.toHaveProperty("taught");
  expect(() => free.student.loss({ student: sets.student }, targets)).toThrow(
    /no parameters named "discriminator"/,
  );
  const taught = adversarial(affine, quadratic, options);
  expect(() => taught.student.targets(sets, batchOf(0), at(0))).toThrow(
    /no parameters named "teacher"/,
  );
});

test("weights below 0 and noise that is not above it are refused in one line", () => {
  const wrong: readonly (readonly [Partial<AdversarialOptions>, string])[] = [
    [{ distillation: -1 }, "distillation is -1; expected a number of at least 0; give another"],
    [{ distillation: Number.NaN }, "distillation is NaN; "],
    [{ penalty: -0.5 }, "penalty is -0.5; expected a number of at least 0; "],
    [{ noise: 0 }, "noise is 0; expected a number above 0; "],
    [{ noise: Number.POSITIVE_INFINITY }, "noise is Infinity; "],
  ];
  for (const [change, message] of wrong) {
    try {
      adversarial(affine, quadratic, { ...options, ...change });
      expect.unreachable();
    } catch (error) {
      expect(isEddyflowError(error, "ArgumentError")).toBe(true);
      expect((error as Error).message).toContain(message);
    }
  }
});
