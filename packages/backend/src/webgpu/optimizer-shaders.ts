import { type Shader, workgroupSize } from "./dispatch.ts";

/** Workgroups that share the square of one gradient. */
export const chunks = 32;

/** WGSL: `body` for the number of the workgroup's tensor, which only a constant may select. */
const forEach = (count: number, body: (i: number) => string): string =>
  Array.from({ length: count }, (_, i) => `if (group.y == ${i}u) {${body(i)}\n  }`).join("\n  ");

const named = (name: string, count: number): string[] =>
  Array.from({ length: count }, (_, i) => `${name}${i}`);

/** Sums of squares of up to a few gradients, `chunks` of each, into `partial` from tensor `first` on. */
export const squaresShader = (count: number): Shader => ({
  key: `squares ${count}`,
  reads: named("gradient", count),
  writes: ["partial"],
  integers: ["first", ...named("size", count)],
  code: `
var<workgroup> sums: array<f32, ${workgroupSize}>;
@compute @workgroup_size(${workgroupSize})
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) local: u32) {
  let begin = i32(group.x * ${workgroupSize}u + local);
  var sum = 0.0;
  ${forEach(
    count,
    (i) => `
    for (var i = begin; i < sizes.size${i}; i += ${chunks * workgroupSize}) {
      sum += gradient${i}[i] * gradient${i}[i];
    }`,
  )}
  sums[local] = sum;
  workgroupBarrier();
  for (var half = ${workgroupSize / 2}u; half > 0u; half /= 2u) {
    if (local < half) { sums[local] += sums[local + half]; }
    workgroupBarrier();
  }
  if (local == 0u) { partial[(sizes.first + i32(group.y)) * ${chunks} + i32(group.x)] = sums[0]; }
}`,
});

/**
 * The gradients' norm, whether the step is skipped, and the factor of the gradients. A shader may
 * take for granted that numbers are finite, hence the look at the bits.
 */
export const normShader: Shader = {
  key: "norm",
  reads: ["partial"],
  writes: ["norm", "skipped", "factor"],
  integers: ["count"],
  floats: ["clipNorm"],
  code: `
var<workgroup> sums: array<f32, ${workgroupSize}>;
@compute @workgroup_size(${workgroupSize})
fn main(@builtin(local_invocation_index) local: u32) {
  var sum = 0.0;
  for (var i = i32(local); i < sizes.count; i += ${workgroupSize}) { sum += partial[i]; }
  sums[local] = sum;
  workgroupBarrier();
  for (var half = ${workgroupSize / 2}u; half > 0u; half /= 2u) {
    if (local < half) { sums[local] += sums[local + half]; }
    workgroupBarrier();
  }
  if (local == 0u) {
    let isFinite = (bitcast<u32>(sums[0]) & 0x7f800000u) != 0x7f800000u;
    let length = sqrt(sums[0]);
    norm[0] = select(sums[0], length, isFinite);
    skipped[0] = select(1.0, 0.0, isFinite);
    // A negative limit stands for none, a negative factor for a step that is skipped.
    let clips = sizes.clipNorm >= 0.0 && length > sizes.clipNorm;
    factor[0] = select(-1.0, select(1.0, sizes.clipNorm / length, clips), isFinite);
  }
}`,
};

/**
 * One step of Adam for a few parameters, in place; nothing is written where the step is skipped. take = 1 − β comes from
 * the host: formed here in single precision it would be off by 2e-4 at β = .9999.
 */
export const adamShader = (count: number): Shader => ({
  key: `adam ${count}`,
  reads: ["factor", ...named("gradient", count)],
  writes: Array.from({ length: count }, (_, i) => [
    `parameter${i}`,
    `first${i}`,
    `second${i}`,
  ]).flat(),
  integers: named("size", count),
  floats: ["rate", "take1", "take2", "correction", "epsilon"],
  code: `
@compute @workgroup_size(${workgroupSize})
fn main(
  @builtin(workgroup_id) group: vec3<u32>,
  @builtin(num_workgroups) groups: vec3<u32>,
  @builtin(local_invocation_index) local: u32,
) {
  if (factor[0] < 0.0) { return; }
  let begin = i32(group.x * ${workgroupSize}u + local);
  let stride = i32(groups.x) * ${workgroupSize};
  ${forEach(
    count,
    (i) => `
    for (var i = begin; i < sizes.size${i}; i += stride) {
      let gradient = gradient${i}[i] * factor[0];
      let first = first${i}[i] + sizes.take1 * (gradient - first${i}[i]);
      let second = second${i}[i] + sizes.take2 * (gradient * gradient - second${i}[i]);
      first${i}[i] = first;
      second${i}[i] = second;
      parameter${i}[i] -= sizes.rate * first / (sqrt(second) * sizes.correction + sizes.epsilon);
    }`,
  )}
}`,
});

/** One step of the moving average for a few parameters, in place. */
export const averageShader = (count: number): Shader => ({
  key: `average ${count}`,
  reads: named("parameter", count),
  writes: named("average", count),
  integers: named("size", count),
  floats: ["rate"],
  code: `
@compute @workgroup_size(${workgroupSize})
fn main(
  @builtin(workgroup_id) group: vec3<u32>,
  @builtin(num_workgroups) groups: vec3<u32>,
  @builtin(local_invocation_index) local: u32,
) {
  let begin = i32(group.x * ${workgroupSize}u + local);
  let stride = i32(groups.x) * ${workgroupSize};
  ${forEach(
    count,
    (i) => `
    for (var i = begin; i < sizes.size${i}; i += stride) {
      average${i}[i] += (parameter${i}[i] - average${i}[i]) * sizes.rate;
    }`,
  )}
}`,
});
