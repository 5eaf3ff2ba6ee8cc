import type { Batch, ParamSets, TargetsAt } from "@eddyflow/core";
import { paramsOf } from "@eddyflow/losses";
import { type VelocityNetwork, velocityField } from "@eddyflow/models";
import { perSample } from "@eddyflow/ops";
import { drawRows, normalTensor, split } from "@eddyflow/random";
import type { ButcherTableau } from "@eddyflow/samplers";
import {
  add,
  clone,
  dispose,
  mul,
  type Tensor,
  type Tensor1D,
  tensor1d,
  tidy,
} from "@tensorflow/tfjs-core";
import { isPathBatch, type PathBatch } from "./path-batch.ts";
import type { DrawPathPairs } from "./path-pairs.ts";
import { teacherPath } from "./teacher-path.ts";

/** How the paths of a teacher are made. */
export interface TeacherPathOptions {
  /** The network of the set "teacher". */
  readonly teacher: VelocityNetwork;
  readonly tableau: ButcherTableau;
  /** Flow times of the points of a path, rising from 0 to 1, such as `uniformTimes(8)` or `cosineSpacing.times(8)`. */
  readonly times: readonly number[];
}

/** Points of paths, each the caller's. */
type PathPoints = Omit<PathBatch, "previous"> & {
  /** The condition, absent where there is none. */
  readonly y?: Tensor;
};

interface PairsOfOptions extends TeacherPathOptions, Pick<TargetsAt, "key" | "rows"> {
  readonly draw: DrawPathPairs;
}

/**
 * The pairs of points of a batch: its own where it is made of paths, else those of paths that the set "teacher" makes
 * from fresh noise under the conditions of the batch. The caller disposes all of them.
 */
export function pairsOf(
  sets: ParamSets,
  batch: Batch | PathBatch,
  { teacher, tableau, times, draw, key, rows }: PairsOfOptions,
): PathPoints {
  const condition = batch.previous === null ? {} : { y: clone(batch.previous) };
  if (isPathBatch(batch)) {
    const { next, start, t, end } = batch;
    return {
      ...condition,
      ...{ next: clone(next), start: clone(start), t: clone(t), end: clone(end) },
    };
  }
  const { previous, next } = batch;
  const points = tidy(() => {
    const [forNoise, forPairs] = split(key);
    const { from, to } = drawRows(next.shape[0] as number, rows, (count) => draw(forPairs, count));
    const timesAt = (each: Uint32Array): Tensor1D =>
      tensor1d(Array.from(each, (point) => times[point] as number));
    /** The state in the rows whose point it is, and 0 in the others. */
    const rowsAt = (state: Tensor, each: Uint32Array, wanted: number): Tensor => {
      const mask = tensor1d(Array.from(each, (point) => (point === wanted ? 1 : 0)));
      return mul(perSample(mask, state), state);
    };
    const noise = normalTensor(forNoise, next.shape, rows);
    const field = velocityField(teacher, paramsOf(sets, "teacher"));
    let [start, end] = [rowsAt(noise, from, 0), rowsAt(noise, to, 0)];
    let point = 0;
    for (const state of teacherPath(field, noise, previous, { tableau, times })) {
      point++;
      const before = [start, end];
      start = tidy(() => add(start, rowsAt(state, from, point)));
      end = tidy(() => add(end, rowsAt(state, to, point)));
      dispose(before);
    }
    return { start, next: end, t: timesAt(from), end: timesAt(to) };
  });
  return { ...condition, ...points };
}
