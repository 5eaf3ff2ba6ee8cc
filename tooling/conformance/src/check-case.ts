import { engine, grads, type Tensor, tensor } from "@tensorflow/tfjs-core";
import type { Case, CaseResult, Outcome } from "./case.ts";
import { dot, type NdArray, random, sizeOf } from "./nd-array.ts";

/** Of single precision, some hundred roundings. */
const defaultTolerance = 1e-5;
/** Up to so many numbers, every entry of a gradient is compared; beyond it, products with directions. */
const entrywise = 400;
const directions = 4;

const list = <T>(x: T | readonly T[]): readonly T[] => (Array.isArray(x) ? x : [x as T]);

const toTensor = (x: NdArray): Tensor => tensor(Float32Array.from(x.data), [...x.shape], "float32");

async function read(tensors: readonly Tensor[]): Promise<NdArray[]> {
  const arrays: NdArray[] = [];
  for (const each of tensors) {
    arrays.push({ shape: each.shape, data: Float64Array.from(await each.data()) });
  }
  return arrays;
}

/** Largest difference relative to the largest finite number expected; infinite for another shape or kind. */
export function relativeError(actual: NdArray, expected: NdArray): number {
  if (String(actual.shape) !== String(expected.shape)) return Number.POSITIVE_INFINITY;
  const scale = expected.data.reduce(
    (largest, x) => (Number.isFinite(x) ? Math.max(largest, Math.abs(x)) : largest),
    0,
  );
  let largest = 0;
  for (const [i, value] of actual.data.entries()) {
    const wanted = expected.data[i] as number;
    if (Object.is(value, wanted) || value === wanted) continue;
    const error = Math.abs(value - wanted) / (scale || 1);
    largest = Math.max(largest, Number.isNaN(error) ? Number.POSITIVE_INFINITY : error);
  }
  return largest;
}

function compare(
  actual: readonly NdArray[],
  expected: readonly NdArray[],
  tolerance: number,
): Outcome {
  if (actual.length !== expected.length) return { status: "wrong", error: Infinity };
  const error = Math.max(0, ...actual.map((x, i) => relativeError(x, expected[i] as NdArray)));
  return { status: error <= tolerance ? "ok" : "wrong", error };
}

function refusal(error: unknown): Outcome {
  const [line = ""] = String((error as Error).message ?? error).split("\n");
  return { status: "refused", reason: line.length > 300 ? `${line.slice(0, 297)}…` : line };
}

/** ∂⟨dy, f⟩ along `u` from input `k` by a central difference, f the reference. */
function differenceAlong(one: Case, dy: NdArray, k: number, u: Float64Array): number {
  const input = one.inputs[k] as NdArray;
  const scale = input.data.reduce((largest, x) => Math.max(largest, Math.abs(x)), 0) || 1;
  const h = scale * 2 ** -17;
  const image = (factor: number): NdArray => {
    const data = input.data.map((x, i) => x + factor * h * (u[i] as number));
    const inputs = one.inputs.map((x, i) => (i === k ? { ...input, data } : x));
    return one.reference(...inputs) as NdArray;
  };
  const [ahead, behind] = [image(1), image(-1)];
  const difference = ahead.data.map((x, i) => x - (behind.data[i] as number));
  return dot(dy, { shape: dy.shape, data: difference }) / (2 * h);
}

/**
 * Compares `dx` with the derivative of the reference by input `k`: entry by entry where that is small,
 * and ⟨dx, u⟩ = ⟨dy, J u⟩ for random directions u where it is large.
 */
function gradientError(one: Case, dy: NdArray, k: number, dx: NdArray): number {
  const { shape, data } = one.inputs[k] as NdArray;
  if (String(dx.shape) !== String(shape)) return Number.POSITIVE_INFINITY;
  if (data.length <= entrywise) {
    const expected = Float64Array.from(data, (_, i) => {
      const unit = new Float64Array(data.length);
      unit[i] = 1;
      return differenceAlong(one, dy, k, unit);
    });
    return relativeError(dx, { shape, data: expected });
  }
  let largest = 0;
  for (let seed = 0; seed < directions; seed++) {
    const u = random(shape, 901 + seed);
    const error = Math.abs(dot(dx, u) - differenceAlong(one, dy, k, u.data));
    const scale = Math.sqrt(dot(dx, dx) * dot(u, u) * (1 / data.length));
    largest = Math.max(largest, error / (scale || 1));
  }
  return Number.isNaN(largest) ? Number.POSITIVE_INFINITY : largest;
}

async function checkGradient(one: Case, expected: NdArray, tolerance: number): Promise<Outcome> {
  const by = one.by ?? one.inputs.map((_, k) => k);
  const dy = one.dy ?? random(expected.shape, 77);
  const tensors = one.inputs.map(toTensor);
  const dyTensor = toTensor(dy);
  let dxs: NdArray[];
  try {
    const gradient = grads((...chosen: Tensor[]) => {
      const all = [...tensors];
      for (const [i, k] of by.entries()) all[k] = chosen[i] as Tensor;
      return one.run(...all) as Tensor;
    });
    const results = gradient(
      by.map((k) => tensors[k] as Tensor),
      dyTensor,
    );
    dxs = await read(results);
    for (const each of results) each.dispose();
  } catch (error) {
    return refusal(error);
  } finally {
    for (const each of [...tensors, dyTensor]) each.dispose();
  }
  if (typeof one.gradient === "function") {
    const all = one.gradient(dy, ...one.inputs);
    return compare(
      dxs,
      by.map((k) => all[k] as NdArray),
      tolerance,
    );
  }
  const error = Math.max(
    0,
    ...by.map((k, i) =>
      sizeOf(one.inputs[k]?.shape ?? []) === 0 ? 0 : gradientError(one, dy, k, dxs[i] as NdArray),
    ),
  );
  return { status: error <= tolerance ? "ok" : "wrong", error };
}

/** Names of the kernels that run during `body`. */
async function recordKernels(body: () => Promise<void>): Promise<string[]> {
  const running = engine();
  const names = new Set<string>();
  const { runKernel } = running;
  running.runKernel = (name, ...rest) => {
    names.add(name);
    return runKernel.call(running, name, ...rest) as never;
  };
  try {
    await body();
  } finally {
    running.runKernel = runKernel;
  }
  return [...names];
}

/** Runs a case on the active backend. */
export async function checkCase(one: Case): Promise<CaseResult> {
  const { group, operation, name, tolerance = defaultTolerance } = one;
  const expected = list(one.reference(...one.inputs));
  let value: Outcome = { status: "refused", reason: "" };
  let gradient: Outcome | null = null;
  const kernels = await recordKernels(async () => {
    const tensors = one.inputs.map(toTensor);
    try {
      const results = list(one.run(...tensors));
      value = compare(await read(results), expected, tolerance);
      for (const each of results) each.dispose();
    } catch (error) {
      value = refusal(error);
    }
    for (const each of tensors) each.dispose();
    if (one.gradient !== "none") {
      gradient = await checkGradient(one, expected[0] as NdArray, tolerance);
    }
  });
  return { group, operation, name, value, gradient, kernels };
}
