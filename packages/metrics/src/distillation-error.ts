import { ShapeError } from "@eddyflow/core";
import type { Field } from "./field.ts";
import { meanOf } from "./mean-of.ts";
import { type VrmseOptions, vrmse } from "./vrmse.ts";

/**
 * How far a sampler ends from its teacher: the mean `vrmse` between its end points and those of the teacher
 * (50 midpoint steps), drawn from the same noise and condition, with the teacher as truth. Print it beside the same
 * number for two independent sets of the teacher's samples: a sampler with an error as large as that is no
 * closer to the teacher than a sample from other noise.
 *
 * @throws ShapeError when there are no end points, or the two differ in number or length.
 */
export function distillationError(
  endPoints: readonly Field[],
  teacherEndPoints: readonly Field[],
  options: VrmseOptions = {},
): number {
  if (endPoints.length !== teacherEndPoints.length || endPoints.length === 0) {
    throw new ShapeError({
      problem: `${endPoints.length} end points cannot be compared with ${teacherEndPoints.length} of the teacher`,
      expected: "as many of each, at least one",
      remedy: "run both samplers from the same noises and conditions",
    });
  }
  return meanOf(teacherEndPoints.map((end, i) => vrmse(endPoints[i] as Field, end, options)));
}
