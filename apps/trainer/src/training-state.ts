import { type ExpectedShapes, loadParams, loadState } from "@eddyflow/checkpointing";
import { folderSource, type SavedCheckpoint } from "@eddyflow/checkpointing/node";
import type { Key, OwnNetworks, ParamSets, Params } from "@eddyflow/core";
import type { Learner } from "@eddyflow/methods";
import { parameterShapes } from "@eddyflow/models";
import type {
  MovingAverage,
  Optimizer,
  OptimizerState,
  TrainedStep,
  TrainOpponent,
} from "@eddyflow/training";

/** All that changes from step to step. */
export interface TrainingState {
  /** Steps done. */
  readonly step: number;
  /** "student", "student.average" and those of the opponents. */
  readonly sets: ParamSets;
  readonly optimizer: OptimizerState;
  /** The states of the opponents' optimizers by their sets. */
  readonly opponents: TrainedStep["opponents"];
}

const opponentsOf = ({ opponents = [] }: Learner) =>
  opponents.map((each) => ({ ...each, set: each.objective.trains }));

/** The state before the first step. */
export function firstState(
  learner: Learner,
  optimizer: Optimizer,
  average: MovingAverage,
): TrainingState {
  const student = learner.init();
  const opposed = opponentsOf(learner).map(({ set, init }) => [set, init()] as const);
  return {
    step: 0,
    sets: { student, "student.average": average.init(student), ...Object.fromEntries(opposed) },
    optimizer: optimizer.init(student),
    opponents: Object.fromEntries(
      opposed.map(([set, params]) => [set, optimizer.init(params)] as const),
    ),
  };
}

/** The parts of a checkpoint's state that belong to an opponent: its weights, and its optimizer's moments. */
const partsOf = (set: string) =>
  ({ weights: `${set}.weights`, first: `${set}.first`, second: `${set}.second` }) as const;

/** What only a training that goes on needs, as {@link savedState} finds it in a checkpoint. */
export function stateToSave({
  sets,
  optimizer,
  opponents,
}: Pick<TrainingState, "sets" | "optimizer" | "opponents">): Readonly<Record<string, Params>> {
  const opposed = Object.entries(opponents).flatMap(([set, { first, second }]) => {
    const parts = partsOf(set);
    return [
      [parts.weights, sets[set] as Params],
      [parts.first, first],
      [parts.second, second],
    ] as const;
  });
  return { ...optimizer, ...Object.fromEntries(opposed) };
}

/**
 * The state that a checkpoint holds.
 *
 * @param networks - of one's own.
 * @throws CheckpointError where it is damaged or of another network.
 */
export async function savedState(
  { step, path }: SavedCheckpoint,
  learner: Learner,
  networks: OwnNetworks,
): Promise<TrainingState> {
  const source = folderSource(path);
  const shapes = parameterShapes(learner.networks.student, { networks });
  const opposed = opponentsOf(learner).map((each) => ({ ...each, parts: partsOf(each.set) }));
  const expected: Record<string, ExpectedShapes> = { first: shapes, second: shapes };
  for (const { parts, shapes } of opposed) {
    for (const part of Object.values(parts)) expected[part] = shapes;
  }
  const state = await loadState(source, expected);
  const part = (name: string) => state[name] as Params;
  return {
    step,
    sets: {
      student: await loadParams(source, "student", shapes),
      "student.average": await loadParams(source, "student.average", shapes),
      ...Object.fromEntries(opposed.map(({ set, parts }) => [set, part(parts.weights)])),
    },
    optimizer: { first: part("first"), second: part("second") },
    opponents: Object.fromEntries(
      opposed.map(({ set, parts }) => [
        set,
        { first: part(parts.first), second: part(parts.second) },
      ]),
    ),
  };
}

/** The opponents of a learner as the loop trains them, by the student's optimizer and with draws of their own. */
export const opponentsToTrain = (
  learner: Learner,
  optimizer: Optimizer,
  { opponents }: Pick<TrainingState, "opponents">,
  keyOf: (set: string, step: number) => Key,
): readonly TrainOpponent[] =>
  opponentsOf(learner).map(({ set, objective }) => ({
    objective,
    optimizer,
    state: opponents[set] as OptimizerState,
    key: (step) => keyOf(set, step),
  }));
