import { ShapeError } from "@eddyflow/core";
import type { Field } from "./field.ts";
import { type VrmseOptions, vrmse } from "./vrmse.ts";

/**
 * How far a sampler ends from its teacher: the mean `vrmse` between its end points and those of the teacher
 * (50 midpoint steps), drawn from the same noise and condition, teacher as truth. Print it beside the same
 * number between two independent sets of the teacher's samples: a distillation error of that size is as bad
 * as a draw of its own.
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
  const errors = teacherEndPoints.map((end, i) => vrmse(endPoints[i] as Field, end, options));
  return errors.reduce((sum, error) => sum + error, 0) / errors.length;
}
