import {
  ArgumentError,
  CheckpointError,
  type NetworkDescription,
  type NetworkKind,
  type Params,
} from "@eddyflow/core";
import type { LearnerContext, Teacher } from "./method.ts";

/** A teacher of one network. */
export interface NetworkTeacher extends Teacher {
  readonly network: NetworkDescription;
  readonly params: Params;
}

/**
 * The teacher of a context, as a velocity field.
 *
 * @throws ArgumentError where there is none; CheckpointError where it is not a velocity field.
 */
const velocityTeacherOf = (context: LearnerContext): NetworkTeacher =>
  teacherOf(context, ["velocity"]);

/**
 * The teacher of a context, as what goes in steps: a velocity field, or a map x + δu that is told the step's size.
 *
 * @throws ArgumentError where there is none; CheckpointError where it is neither.
 */
export const steppingTeacherOf = (context: LearnerContext): NetworkTeacher =>
  teacherOf(context, ["velocity", "mean-velocity"]);

function teacherOf({ teacher }: LearnerContext, kinds: readonly NetworkKind[]): NetworkTeacher {
  const network = teacher?.networks["student"];
  const params = teacher?.sets["student"];
  if (teacher === null || network === undefined || params === undefined) {
    throw new ArgumentError({
      problem: "there is no teacher to learn from",
      expected: "a trained velocity field",
      remedy: "give a velocity run as the teacher",
    });
  }
  if (!kinds.includes(network.kind)) {
    throw new CheckpointError({
      problem: `the teacher is a ${teacher.method} model, which is no velocity field`,
      expected: "a velocity field",
      remedy: "give the velocity run that it was distilled from",
    });
  }
  return { ...teacher, network, params };
}

/** Methods whose velocity fields learn from points of all flow times. */
const continuous: readonly string[] = ["velocity", "rectified"];

/**
 * The teacher of a context, as a velocity field that is good at all flow times.
 *
 * @throws ArgumentError where there is none; CheckpointError where it is not a velocity field, or one
 *   that is good only at its own times.
 */
export function continuousTeacherOf(context: LearnerContext): NetworkTeacher {
  const teacher = velocityTeacherOf(context);
  if (continuous.includes(teacher.method)) return teacher;
  throw new CheckpointError({
    problem: `a ${teacher.method} model is a velocity only at its own flow times`,
    expected: `a teacher of the method ${continuous.join(" or ")}`,
    remedy: "give the velocity run that it was distilled from",
  });
}
