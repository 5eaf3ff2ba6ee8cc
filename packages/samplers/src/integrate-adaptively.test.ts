import { readFile } from "node:fs/promises";
import { isEddyflowError, type VelocityField } from "@eddyflow/core";
import {
  add,
  clone,
  concat,
  cos,
  dispose,
  div,
  memory,
  mul,
  reshape,
  slice,
  square,
  sub,
  type Tensor,
  type Tensor1D,
  tensor,
} from "@tensorflow/tfjs-core";
import { describe, expect, test } from "vitest";
import { type AdaptiveIntegration, integrateAdaptively } from "./integrate-adaptively.ts";

interface Fixture {
  readonly length: number;
  readonly starts: readonly (readonly number[])[];
  readonly absoluteTolerance: number;
  readonly runs: readonly {
    readonly relativeTolerance: number;
    readonly evaluations: number;
    readonly acceptedSteps: number;
    readonly rejectedSteps: number;
    readonly end: readonly number[];
  }[];
  readonly exact: { readonly times: readonly number[]; readonly states: readonly number[][] };
}

const fixture: Fixture = JSON.parse(
  await readFile(new URL("../../../tooling/reference/samplers/rk45.json", import.meta.url), "utf8"),
);
const { length, starts, absoluteTolerance, runs, exact } = fixture;

/** u′ = T (1 + u²w − 4u), w′ = T (3u − u²w); the channels are u and w. */
const brusselator: VelocityField = (x) => {
  const channel = (c: number) => slice(x, [0, 0, c], [-1, -1, 1]);
  const [u, w] = [channel(0), channel(1)];
  const cubic = mul(square(u), w);
  return mul(concat([sub(add(1, cubic), mul(u, 4)), sub(mul(u, 3), cubic)], -1), length);
};
const start = () => tensor(starts.flat(), [starts.length, 1, 2]);

const disposeAll = ({ end, between }: AdaptiveIntegration) => dispose([end, ...between]);

/** The largest error in units of the tolerance, atol + rtol |x|. */
const errorOf = (found: ArrayLike<number>, truth: readonly number[], relative: number) =>
  Math.max(
    ...truth.map(
      (value, i) =>
        Math.abs((found[i] as number) - value) / (absoluteTolerance + relative * Math.abs(value)),
    ),
  );

describe.each(runs)("on the Brusselator at rtol $relativeTolerance", (scipy) => {
  const relative = scipy.relativeTolerance;
  const truth = exact.states.at(-1) as number[];

  test("it is as exact as SciPy's RK45, for at most 1.2 times its evaluations", async () => {
    const x = start();
    let calls = 0;
    const counted: VelocityField = (...args) => {
      calls++;
      return brusselator(...args);
    };
    const found = await integrateAdaptively(counted, x, null, {
      relativeTolerance: relative,
      absoluteTolerance,
    });
    expect(found.nfe).toBe(calls);
    expect(found.nfe).toBe(2 + 6 * (found.acceptedSteps + found.rejectedSteps));
    expect(found.nfe).toBeLessThanOrEqual(1.2 * scipy.evaluations);
    expect(found.rejectedSteps).toBeGreaterThan(0);
    // The tolerance bounds the error of a step; errors of all steps add up, for SciPy to 2.3 – 3.0 tolerances. float32
    // leaves some 1e-6 of the state beside it.
    const allowed = 1.1 * errorOf(scipy.end, truth, relative) + 2e-6 / relative;
    expect(errorOf(await found.end.data(), truth, relative)).toBeLessThan(allowed);
    disposeAll(found);
    x.dispose();
  });
});

test("states between the ends cost no evaluation and are as exact", async () => {
  const x = start();
  const options = { relativeTolerance: 1e-4, absoluteTolerance };
  const alone = await integrateAdaptively(brusselator, x, null, options);
  const times = [0, ...exact.times];
  const before = memory().numTensors;
  const found = await integrateAdaptively(brusselator, x, null, { ...options, times });
  expect(memory().numTensors).toBe(before + exact.times.length);
  expect(found.nfe).toBe(alone.nfe);
  expect(found.between.length).toBe(exact.times.length - 1);
  for (const [i, state] of [...found.between, found.end].entries()) {
    expect(errorOf(await state.data(), exact.states[i] as number[], 1e-4)).toBeLessThan(5);
  }
  for (const each of [alone, found]) disposeAll(each);
  x.dispose();
});

const along = (t: Tensor1D) => reshape(t, [-1, 1, 1, 1]);
const mean = 1.5;
const deviation = 0.2;
/** N(0, 1) to N(m, s²): the velocity m + (σ′/σ)(x − tm), whose flow is x(t) = tm + σ(t) x(0), σ² = (1 − t)² + t²s². */
const gaussian: VelocityField = (x, _, t) => {
  const time = along(t);
  const variance = add(square(sub(1, time)), mul(square(time), deviation ** 2));
  const slope = sub(mul(time, deviation ** 2), sub(1, time));
  return add(mean, mul(div(slope, variance), sub(x, mul(time, mean))));
};
const spread = (t: number) => Math.hypot(1 - t, t * deviation);

test("the Gaussian flow goes from noise to data, back again, and a part of the way", async () => {
  const noise = [-1.5, 0.1, 0.7, 2];
  const at = (t: number, z: number) => t * mean + spread(t) * z;
  for (const times of [
    [0, 0.5, 0.9, 1],
    [1, 0.3, 0],
    [0.25, 0.75],
  ]) {
    const [first = 0, ...others] = times;
    const x = tensor(
      noise.map((z) => at(first, z)),
      [4, 1, 1, 1],
    );
    const found = await integrateAdaptively(gaussian, x, null, { times, relativeTolerance: 1e-5 });
    for (const [i, state] of [...found.between, found.end].entries()) {
      const values = await state.data();
      noise.forEach((z, k) => {
        expect(Math.abs((values[k] as number) - at(others[i] as number, z))).toBeLessThan(1e-4);
      });
    }
    disposeAll(found);
    x.dispose();
  }
});

test("velocities of zero and of a constant are followed exactly", async () => {
  for (const slope of [0, 3]) {
    const x = tensor([0, 2], [2, 1, 1, 1]);
    const constant: VelocityField = (state) => add(mul(state, 0), slope);
    const found = await integrateAdaptively(constant, x, null);
    const values = await found.end.data();
    expect(values[0]).toBeCloseTo(slope, 5);
    expect(values[1]).toBeCloseTo(2 + slope, 5);
    disposeAll(found);
    x.dispose();
  }
});

test("a first step that is given saves an evaluation and reads", async () => {
  const x = start();
  const found = await integrateAdaptively(brusselator, x, null, { firstStep: 1e-3 });
  expect(found.nfe).toBe(1 + 6 * (found.acceptedSteps + found.rejectedSteps));
  disposeAll(found);
  x.dispose();
});

test("the condition reaches the velocity, and neither it nor the state is consumed", async () => {
  const [x, y] = [tensor([1], [1, 1, 1, 1]), tensor([2], [1, 1, 1, 1])];
  const found = await integrateAdaptively((_, given) => clone(given as Tensor), x, y);
  expect((await found.end.data())[0]).toBeCloseTo(3, 5);
  expect([x.isDisposed, y.isDisposed]).toEqual([false, false]);
  disposeAll(found);
  for (const t of [x, y]) t.dispose();
});

const nowhere: VelocityField = (x) => mul(x, Number.NaN);
const steep: VelocityField = (x, _, t) => add(mul(x, 0), div(1, square(sub(along(t), 0.5))));
const failures: readonly (readonly [string, VelocityField, object])[] = [
  ["a velocity that is not finite", nowhere, {}],
  ["a velocity with a pole", steep, {}],
  ["times that repeat", (_, __, t) => along(cos(t)), { times: [0, 0.5, 0.5, 1] }],
  ["times that turn back", gaussian, { times: [0, 0.5, 0.25] }],
  ["times outside [0, 1]", gaussian, { times: [0, 1.5] }],
  ["a tolerance that float32 cannot meet", gaussian, { relativeTolerance: 1e-8 }],
  ["a relative tolerance of zero", gaussian, { relativeTolerance: 0 }],
  ["an absolute tolerance of zero", gaussian, { absoluteTolerance: 0 }],
  ["a tolerance that is not a number", gaussian, { relativeTolerance: Number.NaN }],
  ["a first step of zero", gaussian, { firstStep: 0 }],
];
test.each(failures)("%s is refused, and leaves nothing behind", async (_, velocity, options) => {
  const x = tensor([1, 2], [2, 1, 1, 1]);
  const before = memory().numTensors;
  const error = await integrateAdaptively(velocity, x, null, options).catch((e: unknown) => e);
  expect(isEddyflowError(error, "ArgumentError")).toBe(true);
  expect(memory().numTensors).toBe(before);
  x.dispose();
});
