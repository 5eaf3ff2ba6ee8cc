import type { TensorInfo } from "@tensorflow/tfjs-core";
import { sizeOf } from "../size-of.ts";
import { type Dispatcher, longestRow, type Shader } from "./dispatch.ts";
import { type Width, widthFor } from "./field-shaders.ts";

const columnsPerGroup = 16;
const rowsPerGroup = 16;
/** Rows that one invocation adds up. A long run would lose digits: its sum grows far larger than each number. */
const rowsPerInvocation = 32;
/** Workgroups along one dimension; more rows than they take make each invocation add up more. */
const mostChunks = 1 << 15;

const shaderOf = (width: Width): Shader => ({
  key: `column sums ${width}`,
  reads: ["matrix"],
  writes: ["sums"],
  types: { matrix: "Value", sums: "Value" },
  integers: ["rows", "columns", "rowsPerChunk", "divisor"],
  code: `
alias Value = ${width === 4 ? "vec4<f32>" : "f32"};
var<workgroup> partial: array<Value, ${rowsPerGroup * columnsPerGroup}>;
@compute @workgroup_size(${columnsPerGroup}, ${rowsPerGroup})
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_id) local: vec3<u32>) {
  let column = i32((group.z * ${longestRow}u + group.x) * ${columnsPerGroup}u + local.x);
  let chunk = i32(group.y);
  let end = min((chunk + 1) * sizes.rowsPerChunk, sizes.rows);
  var sum = Value(0);
  if (column < sizes.columns) {
    for (var row = chunk * sizes.rowsPerChunk + i32(local.y); row < end; row += ${rowsPerGroup}) {
      sum += matrix[row * sizes.columns + column];
    }
  }
  let at = local.y * ${columnsPerGroup}u + local.x;
  partial[at] = sum;
  workgroupBarrier();
  for (var half = ${rowsPerGroup / 2}u; half > 0u; half /= 2u) {
    if (local.y < half) { partial[at] += partial[at + half * ${columnsPerGroup}u]; }
    workgroupBarrier();
  }
  if (local.y == 0u && column < sizes.columns) {
    sums[chunk * sizes.columns + column] = partial[at] / f32(sizes.divisor);
  }
}`,
});

/**
 * Adds up the rows of a matrix `[rows, columns]` of any tensor shape into a tensor of `shape`, and
 * divides by `divisor`. Each pass leaves a 512th of the rows.
 */
export function columnSums(
  dispatcher: Dispatcher,
  matrix: TensorInfo,
  shape: readonly number[],
  divisor = 1,
): TensorInfo {
  const { create, dispose, run } = dispatcher;
  const columns = sizeOf(shape);
  const rows = sizeOf(matrix.shape) / columns;
  const width = widthFor(columns);
  const wanted = Math.ceil(rows / (rowsPerGroup * rowsPerInvocation));
  const rowsPerChunk = Math.ceil(rows / Math.min(wanted, mostChunks));
  const chunks = Math.ceil(rows / rowsPerChunk);
  const sums = create(chunks === 1 ? shape : [chunks, columns]);
  const groups = Math.ceil(columns / width / columnsPerGroup);
  run(
    shaderOf(width),
    {
      reads: [matrix],
      writes: [sums],
      integers: [rows, columns / width, rowsPerChunk, chunks === 1 ? divisor : 1],
    },
    [Math.min(groups, longestRow), chunks, Math.ceil(groups / longestRow)],
  );
  if (chunks === 1) return sums;
  const total = columnSums(dispatcher, sums, shape, divisor);
  dispose(sums);
  return total;
}
