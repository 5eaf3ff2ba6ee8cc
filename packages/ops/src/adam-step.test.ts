import type { Params } from "@eddyflow/core";
import { clone, dispose, memory, tensor, util, zeros, zerosLike } from "@tensorflow/tfjs-core";
import { expect, test } from "vitest";
import { type AdamStepResult, adamStep } from "./adam-step.ts";
import { field, largestError, values } from "./adjoint.test.helpers.ts";

const shapes: Record<string, number[]> = { "a.weight": [3, 3, 2, 4], "a.bias": [4], scale: [] };
const settings = { learningRate: 0.01, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 };
const names = Object.keys(shapes);
const sizeOf = (name: string): number => util.sizeFromShape(shapes[name] as number[]);
const fields = (seed: number): Params =>
  Object.fromEntries(names.map((name, i) => [name, field(shapes[name] as number[], seed + i)]));
const zeroed = (params: Params): Params =>
  Object.fromEntries(names.map((name) => [name, zerosLike(params[name] as never)]));
const read = async (params: Params): Promise<Record<string, Float32Array>> =>
  Object.fromEntries(
    await Promise.all(
      names.map(async (name) => [name, (await params[name]?.data()) as Float32Array] as const),
    ),
  );

/** Algorithm 1 of Kingma & Ba in Float64, with clipping by the global norm. */
function reference(steps: number, clipNorm: number): Record<string, Float64Array> {
  const state = names.map((name, i) => ({
    p: Float64Array.from(values(sizeOf(name), 10 + i)),
    m: new Float64Array(sizeOf(name)),
    v: new Float64Array(sizeOf(name)),
  }));
  const { learningRate, beta1, beta2, epsilon } = settings;
  for (let n = 1; n <= steps; n++) {
    const gradients = names.map((name, i) => values(sizeOf(name), 100 * n + i));
    const norm = Math.hypot(...gradients.flatMap((g) => Array.from(g)));
    const scale = Math.min(1, clipNorm / norm);
    state.forEach(({ p, m, v }, i) => {
      for (let k = 0; k < p.length; k++) {
        const g = (gradients[i]?.[k] as number) * scale;
        m[k] = beta1 * (m[k] as number) + (1 - beta1) * g;
        v[k] = beta2 * (v[k] as number) + (1 - beta2) * g * g;
        const mHat = (m[k] as number) / (1 - beta1 ** n);
        const vHat = (v[k] as number) / (1 - beta2 ** n);
        p[k] = (p[k] as number) - (learningRate * mHat) / (Math.sqrt(vHat) + epsilon);
      }
    });
  }
  return Object.fromEntries(names.map((name, i) => [name, state[i]?.p as Float64Array]));
}

/** p after some steps from p = 0 and zero moments at a rate of 1, in Float64: what the moments are worth. */
function pathInDouble(gradients: readonly Float32Array[], beta1: number, beta2: number): number[] {
  const size = gradients[0]?.length ?? 0;
  const [p, m, v] = [0, 0, 0].map(() => new Array<number>(size).fill(0)) as [
    number[],
    number[],
    number[],
  ];
  for (const [n, gradient] of gradients.entries()) {
    for (const [k, g] of gradient.entries()) {
      m[k] = beta1 * (m[k] as number) + (1 - beta1) * g;
      v[k] = beta2 * (v[k] as number) + (1 - beta2) * g * g;
      const mHat = (m[k] as number) / (1 - beta1 ** (n + 1));
      const vHat = (v[k] as number) / (1 - beta2 ** (n + 1));
      p[k] = (p[k] as number) - mHat / (Math.sqrt(vHat) + 1e-8);
    }
  }
  return p;
}

test.each([
  [0.9, 0.999, 1],
  [0.9, 0.9999, 1],
  [0.999, 0.9999, 1],
  [0.9, 0.999, 100],
  [0.9, 0.9999, 100],
  [0.999, 0.9999, 100],
])("β₁ = %d and β₂ = %d keep all digits of 1 − β, after %d steps", async (beta1, beta2, steps) => {
  const count = 50;
  // All of one sign, or what they add up to would say little of the rates.
  const gradients = Array.from({ length: steps }, (_, n) =>
    Float32Array.from(values(count, 500 + n), (x) => 1 + x / 4),
  );
  let state = { params: zeros([count]), first: zeros([count]), second: zeros([count]) };
  for (const [n, gradient] of gradients.entries()) {
    const result = adamStep({
      params: { p: state.params },
      gradients: { p: tensor(gradient) },
      first: { p: state.first },
      second: { p: state.second },
      learningRate: 1,
      beta1,
      beta2,
      epsilon: 1e-8,
      step: n + 1,
    });
    dispose([result.norm, result.skipped]);
    const { params, first, second } = result;
    state = { params: params["p"], first: first["p"], second: second["p"] } as typeof state;
  }
  const expected = pathInDouble(gradients, beta1, beta2);
  const found = await state.params.data();
  expected.forEach((p, k) => {
    expect(Math.abs((found[k] as number) / p - 1)).toBeLessThan(2e-6);
  });
  dispose({ ...state });
});

const globalNorm = (gradients: Record<string, Float32Array>): number =>
  Math.hypot(...Object.values(gradients).flatMap((g) => Array.from(g)));

test.each([
  ["without clipping", undefined],
  ["clipped in every step", 0.5],
  ["never clipped", 1e6],
])("several steps agree with Adam in Float64, %s", async (_, clipNorm) => {
  const before = memory().numTensors;
  let params = fields(10);
  let first = zeroed(params);
  let second = zeroed(params);
  for (let step = 1; step <= 5; step++) {
    const gradients = fields(100 * step);
    const norm = globalNorm(await read(gradients));
    const result: AdamStepResult = adamStep({
      params,
      gradients,
      first,
      second,
      ...settings,
      step,
      ...(clipNorm === undefined ? {} : { clipNorm }),
    });
    expect((await result.norm.data())[0]).toBeCloseTo(norm, 4);
    expect(Array.from(await result.skipped.data())).toEqual([0]);
    dispose([result.norm, result.skipped]);
    ({ params, first, second } = result);
  }
  const expected = reference(5, clipNorm ?? Number.POSITIVE_INFINITY);
  const actual = await read(params);
  for (const name of names) {
    expect(largestError(actual[name] as never, expected[name] as never)).toBeLessThan(5e-6);
  }
  for (const set of [params, first, second]) dispose({ ...set });
  expect(memory().numTensors).toBe(before);
});

test.each([
  ["NaN", Number.NaN],
  ["infinite", Number.POSITIVE_INFINITY],
])("a %s gradient leaves everything exactly as it was", async (_, bad) => {
  const gradientsOf = (seed: number, broken: boolean): Params => ({
    ...fields(seed),
    ...(broken ? { scale: tensor(bad) } : {}),
  });
  let params = fields(10);
  let first = zeroed(params);
  let second = zeroed(params);
  ({ params, first, second } = adamStep({
    params,
    gradients: gradientsOf(100, false),
    first,
    second,
    ...settings,
    step: 1,
  }));
  const held = [await read(params), await read(first), await read(second)];
  const result = adamStep({
    params,
    gradients: gradientsOf(200, true),
    first,
    second,
    ...settings,
    step: 2,
    clipNorm: 1,
  });
  expect(Array.from(await result.skipped.data())).toEqual([1]);
  expect(Number.isFinite((await result.norm.data())[0])).toBe(false);
  expect([await read(result.params), await read(result.first), await read(result.second)]).toEqual(
    held,
  );
  for (const set of [result.params, result.first, result.second]) dispose({ ...set });
  dispose([result.norm, result.skipped]);
});

test("what is consumed is disposed, copies of it keep their values", async () => {
  const params = fields(10);
  const copies = Object.fromEntries(names.map((name) => [name, clone(params[name] as never)]));
  const held = await read(copies as Params);
  const first = zeroed(params);
  const second = zeroed(params);
  const gradients = fields(100);
  const one = adamStep({ params, gradients, first, second, ...settings, step: 1 });
  const middle = Object.fromEntries(names.map((name) => [name, clone(one.params[name] as never)]));
  const heldMiddle = await read(middle as Params);
  const two = adamStep({ ...one, gradients: fields(200), ...settings, step: 2 });
  for (const set of [params, first, second, gradients, one.params])
    for (const value of Object.values(set)) expect(value.isDisposed).toBe(true);
  expect(await read(copies as Params)).toEqual(held);
  expect(await read(middle as Params)).toEqual(heldMiddle);
  expect(await read(two.params)).not.toEqual(heldMiddle);
  dispose([one.norm, one.skipped, two.norm, two.skipped]);
  for (const set of [copies, middle, two.params, two.first, two.second]) dispose({ ...set });
});

test("records that do not fit are an error that names what is missing", () => {
  const params = fields(10);
  const first = zeroed(params);
  expect(() =>
    adamStep({ params, gradients: {}, first, second: first, ...settings, step: 1 }),
  ).toThrow("adamStep got no gradient for a.weight");
  const empty = { params: {}, gradients: {}, first: {}, second: {} };
  expect(() => adamStep({ ...empty, ...settings, step: 1 })).toThrow("no parameters");
  for (const set of [params, first]) dispose({ ...set });
});
