import type { TensorInfo } from "@tensorflow/tfjs-core";
import { sizeOf } from "../size-of.ts";
import { type Dispatcher, longestRow, type Shader, workgroupSize } from "./dispatch.ts";

/** Numbers that one invocation adds up. A long run would lose digits: its sum grows far larger than each number. */
const numbersPerInvocation = 32;
const numbersPerGroup = workgroupSize * numbersPerInvocation;

const shader: Shader = {
  key: "row sums",
  reads: ["matrix"],
  writes: ["sums"],
  integers: ["rows", "columns", "chunks", "divisor"],
  code: `
var<workgroup> partial: array<f32, ${workgroupSize}>;
@compute @workgroup_size(${workgroupSize})
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) local: u32) {
  let row = i32(group.y * ${longestRow}u + group.x);
  let chunk = i32(group.z);
  var sum = 0.0;
  if (row < sizes.rows) {
    let end = min((chunk + 1) * ${numbersPerGroup}, sizes.columns);
    for (var i = chunk * ${numbersPerGroup} + i32(local); i < end; i += ${workgroupSize}) {
      sum += matrix[row * sizes.columns + i];
    }
  }
  partial[local] = sum;
  workgroupBarrier();
  for (var half = ${workgroupSize / 2}u; half > 0u; half /= 2u) {
    if (local < half) { partial[local] += partial[local + half]; }
    workgroupBarrier();
  }
  if (local == 0u && row < sizes.rows) {
    sums[row * sizes.chunks + chunk] = partial[0] / f32(sizes.divisor);
  }
}`,
};

/**
 * Adds up the columns of a matrix `[rows, columns]` of any tensor shape into a tensor of `shape`, and
 * divides by `divisor`. Each pass leaves an 8192nd of the columns.
 */
export function rowSums(
  dispatcher: Dispatcher,
  matrix: TensorInfo,
  shape: readonly number[],
  divisor: number,
): TensorInfo {
  const { create, dispose, run } = dispatcher;
  const rows = sizeOf(shape);
  const columns = sizeOf(matrix.shape) / rows;
  const chunks = Math.ceil(columns / numbersPerGroup);
  const isLast = chunks === 1;
  const sums = create(isLast ? shape : [rows, chunks]);
  run(
    shader,
    { reads: [matrix], writes: [sums], integers: [rows, columns, chunks, isLast ? divisor : 1] },
    [Math.min(rows, longestRow), Math.ceil(rows / longestRow), chunks],
  );
  if (isLast) return sums;
  const total = rowSums(dispatcher, sums, shape, divisor);
  dispose(sums);
  return total;
}
