import type { Batch, Params } from "@eddyflow/core";
import { type PathBatch, pathPairs } from "@eddyflow/distillation";
import { keyFor, normalTensor, permutation } from "@eddyflow/random";
import { midpoint, rungeKuttaStep } from "@eddyflow/samplers";
import { fill, type Tensor1D, tensor1d, tensor2d, tidy } from "@tensorflow/tfjs-core";
import { pointVelocity } from "./point-network.ts";
import { batchSize } from "./train.ts";

/** Steps of a path; each is a midpoint step. */
export const pathSteps = 16;
/** Paths are made in so many batches. */
const chunks = 48;

/** Paths of the teacher from noise, all of their points, and batches of pairs of them. */
export async function keptPaths(teacher: Params, seed: number): Promise<(step: number) => Batch> {
  const paths = chunks * batchSize;
  // `[point, path, 2]`.
  const points = Array.from({ length: pathSteps + 1 }, () => new Float32Array(2 * paths));
  for (let chunk = 0; chunk < chunks; chunk++) {
    let state = normalTensor(keyFor(seed, "path noise", chunk), [batchSize, 2]);
    for (const [point, kept] of points.entries()) {
      kept.set(await state.data<"float32">(), 2 * chunk * batchSize);
      if (point === pathSteps) break;
      const from = state;
      state = tidy(() =>
        rungeKuttaStep((x, y, t) => pointVelocity.apply(teacher, x, y, t), from, null, {
          tableau: midpoint,
          t: fill([batchSize], point / pathSteps) as Tensor1D,
          delta: 1 / pathSteps,
        }),
      );
      from.dispose();
    }
    state.dispose();
  }
  const draw = pathPairs({ steps: pathSteps, share: 0.25 });
  return (step): PathBatch => {
    const [epoch, place] = [Math.floor(step / chunks), step % chunks];
    const order = permutation(keyFor(seed, "paths", epoch), paths);
    const { from, to } = draw(keyFor(seed, "path points", step), batchSize);
    const at = (indices: Uint32Array) => {
      const values = new Float32Array(2 * batchSize);
      for (const [row, point] of indices.entries()) {
        const path = order[place * batchSize + row] as number;
        const state = points[point]?.subarray(2 * path, 2 * path + 2) as Float32Array;
        values.set(state, 2 * row);
      }
      return tensor2d(values, [batchSize, 2]);
    };
    const timesOf = (indices: Uint32Array) =>
      tensor1d(Array.from(indices, (point) => point / pathSteps));
    return { previous: null, start: at(from), next: at(to), t: timesOf(from), end: timesOf(to) };
  };
}
