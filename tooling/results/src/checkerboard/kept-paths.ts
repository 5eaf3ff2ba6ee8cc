import type { Batch, Params, VelocityField } from "@eddyflow/core";
import { type PathBatch, pathPairs, teacherPath } from "@eddyflow/distillation";
import { keyFor, normalTensor, permutation } from "@eddyflow/random";
import { midpoint, uniformTimes } from "@eddyflow/samplers";
import { type Tensor, tensor1d, tensor2d } from "@tensorflow/tfjs-core";
import { pointVelocity } from "./point-network.ts";
import { batchSize } from "./train.ts";

/** Steps of a path; each is a midpoint step. */
export const pathSteps = 16;
/** A quarter of the pairs are noise and end, the others any two points. */
export const drawPairs = pathPairs({ steps: pathSteps, share: 0.25 });
/** Paths are made in so many batches. */
const chunks = 48;

/** Paths of the teacher from noise, all of their points, and batches of pairs of them. */
export async function keptPaths(teacher: Params, seed: number): Promise<(step: number) => Batch> {
  const paths = chunks * batchSize;
  const times = uniformTimes(pathSteps);
  const velocity: VelocityField = (x, y, t) => pointVelocity.apply(teacher, x, y, t);
  // `[point, path, 2]`.
  const points = Array.from({ length: pathSteps + 1 }, () => new Float32Array(2 * paths));
  for (let chunk = 0; chunk < chunks; chunk++) {
    const noise = normalTensor(keyFor(seed, "path noise", chunk), [batchSize, 2]);
    const keep = async (point: number, state: Tensor) =>
      points[point]?.set(await state.data<"float32">(), 2 * chunk * batchSize);
    await keep(0, noise);
    let point = 1;
    for (const state of teacherPath(velocity, noise, null, { tableau: midpoint, times })) {
      await keep(point++, state);
    }
    noise.dispose();
  }
  let [epoch, order] = [-1, new Uint32Array(0)];
  return (step): PathBatch => {
    const place = step % chunks;
    if (Math.floor(step / chunks) !== epoch) {
      epoch = Math.floor(step / chunks);
      order = permutation(keyFor(seed, "paths", epoch), paths) as Uint32Array<ArrayBuffer>;
    }
    const { from, to } = drawPairs(keyFor(seed, "path points", step), batchSize);
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
      tensor1d(Array.from(indices, (point) => times[point] as number));
    return { previous: null, start: at(from), next: at(to), t: timesOf(from), end: timesOf(to) };
  };
}
