import {
  ArgumentError,
  CheckpointError,
  type NetworkDescription,
  type Params,
} from "@eddyflow/core";
import type { LearnerContext, Teacher } from "./method.ts";

/** A teacher whose student is a velocity field. */
export interface VelocityTeacher extends Teacher {
  readonly network: NetworkDescription;
  readonly params: Params;
}

/**
 * The teacher of a context, as a velocity field.
 *
 * @throws ArgumentError where there is none; CheckpointError where it is not a velocity field.
 */
export function velocityTeacherOf({ teacher }: LearnerContext): VelocityTeacher {
  const network = teacher?.networks["student"];
  const params = teacher?.sets["student"];
  if (teacher === null || network === undefined || params === undefined) {
    throw new ArgumentError({
      problem: "there is no teacher to learn from",
      expected: "a trained velocity field",
      remedy: "give a velocity run as the teacher",
    });
  }
  if (network.kind !== "velocity") {
    throw new CheckpointError({
      problem: `the teacher is a ${teacher.method} model, which is a flow map`,
      expected: "a velocity field",
      remedy: "give the velocity run that it was distilled from",
    });
  }
  return { ...teacher, network, params };
}

/**
 * The teacher of a context, as a velocity field that is good at every flow time.
 *
 * @throws ArgumentError where there is none; CheckpointError where it is not a velocity field, or one for a few flow
 *   times alone.
 */
export function anyTimeTeacherOf(context: LearnerContext): VelocityTeacher {
  const teacher = velocityTeacherOf(context);
  if (teacher.method === "velocity") return teacher;
  throw new CheckpointError({
    problem: `a ${teacher.method} model is a velocity only at its own flow times`,
    expected: "a teacher of the method velocity",
    remedy: "give the velocity run that it was distilled from",
  });
}
