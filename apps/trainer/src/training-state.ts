import { loadParams, loadState } from "@eddyflow/checkpointing";
import { folderSource, type SavedCheckpoint } from "@eddyflow/checkpointing/node";
import type { ParamSets } from "@eddyflow/core";
import type { Learner } from "@eddyflow/methods";
import { parameterShapes } from "@eddyflow/models";
import type { MovingAverage, Optimizer, OptimizerState } from "@eddyflow/training";

/** All that changes from step to step. */
export interface TrainingState {
  /** Steps done. */
  readonly step: number;
  /** "student" and "student.average". */
  readonly sets: ParamSets;
  readonly optimizer: OptimizerState;
}

/** The state before the first step. */
export function firstState(
  learner: Learner,
  optimizer: Optimizer,
  average: MovingAverage,
): TrainingState {
  const student = learner.init();
  return {
    step: 0,
    sets: { student, "student.average": average.init(student) },
    optimizer: optimizer.init(student),
  };
}

/**
 * The state that a checkpoint holds.
 *
 * @throws CheckpointError where it is damaged or of another network.
 */
export async function savedState(
  { step, path }: SavedCheckpoint,
  { networks: { student } }: Learner,
): Promise<TrainingState> {
  const source = folderSource(path);
  const shapes = parameterShapes(student);
  return {
    step,
    sets: {
      student: await loadParams(source, "student", shapes),
      "student.average": await loadParams(source, "student.average", shapes),
    },
    optimizer: await loadState(source, ["first", "second"], shapes),
  };
}
