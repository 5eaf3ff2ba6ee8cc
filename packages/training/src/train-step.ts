import {
  ArgumentError,
  type Batch,
  type BatchRows,
  type Key,
  type Objective,
  type ParamSets,
  type Params,
  ShapeError,
} from "@eddyflow/core";
import { type Communicator, rowsOfRank } from "@eddyflow/parallel";
import { numRows } from "@eddyflow/random";
import { engine, keep, type Scalar, type Tensor, tidy, zerosLike } from "@tensorflow/tfjs-core";
import { type Differentiated, inParts } from "./in-parts.ts";
import type { MovingAverage } from "./moving-average.ts";
import type { Optimizer, OptimizerState } from "./optimizer.ts";
import type { PartTimer } from "./stopwatch.ts";
import { sumOverRanks } from "./sum-over-ranks.ts";

/**
 * What the time of a step is counted for: "gradient" is the network's forward and backward pass, "reduction" the sum over
 * the ranks, where there are several, with the wait for the slowest.
 */
export type StepPart = "targets" | "gradient" | "reduction" | "optimizer" | "average";

/** The ranks that share out each batch of a training. All have the same sets and states, and get the same results. */
export interface SharedBatch {
  readonly communicator: Communicator;
  /** Rows of a whole batch. The batches hold those of the rank, as `rowsOfRank` tells. */
  readonly batchSize: number;
}

export interface TrainStepOptions {
  /** Holds the trained set and whatever else the objective needs. */
  readonly sets: ParamSets;
  readonly state: OptimizerState;
  readonly batch: Batch;
  readonly key: Key;
  /** The number of steps done before. */
  readonly step: number;
  /** Maintains the set "<trained>.average", which must be there. */
  readonly average?: MovingAverage;
  /**
   * Gradient accumulation: the parts of about equal size that the loss of a batch is computed in, one after the other; 1
   * unless given. The targets are made for the whole batch, so the draws are the same, and the gradient is the same to
   * rounding where the loss is a mean over the batch. What the backward pass keeps in memory is that of one part.
   */
  readonly batchParts?: number;
  /** This process alone unless given. Draws, loss and gradient are those of one process with the whole batch. */
  readonly shared?: SharedBatch;
  /** Counts the time of the step's parts. */
  readonly timer?: PartTimer<StepPart>;
}

const untimed: PartTimer<string> = { measure: (_, work) => work() };

export interface TrainStepResult {
  /** The sets to go on with. */
  readonly sets: ParamSets;
  readonly state: OptimizerState;
  /** The caller disposes the scalars; they may share tensors. */
  readonly loss: Scalar;
  readonly terms: Readonly<Record<string, Scalar>>;
  /** Global norm of the gradients before clipping. */
  readonly norm: Scalar;
  /** 1 where the gradients were not finite and nothing was changed, else 0. */
  readonly skipped: Scalar;
}

/**
 * One step of training: targets outside the tape, loss and gradients on it, the optimizer's update, the
 * average. Consumes the trained set, its average and the optimizer's state; other sets and the batch are
 * untouched, and no other tensor is left. Nothing is read from the device.
 *
 * @throws ArgumentError where the trained set, or its average, is not among the sets, or a batch has fewer rows than parts
 * or ranks; ShapeError where it does not hold the rows of this rank.
 */
export async function trainStep<Targets extends Readonly<Record<string, Tensor>>>(
  objective: Objective<Targets>,
  optimizer: Optimizer,
  {
    sets,
    state,
    batch,
    key,
    step,
    average,
    batchParts = 1,
    shared,
    timer = untimed,
  }: TrainStepOptions,
): Promise<TrainStepResult> {
  const { trains } = objective;
  const trained = setOf(sets, trains);
  const averageName = `${trains}.average`;
  const averaged = average && setOf(sets, averageName);

  const count = batch.next.shape[0] as number;
  const rows = shared && ownRows(shared, count);

  const targets = await timer.measure("targets", () =>
    objective.targets(sets, batch, { key, step, rows }),
  );
  const own = timer.measure("gradient", () =>
    inParts(targets, { rows: count, parts: batchParts, axes: objective.rowAxes }, (part) =>
      differentiate(objective, sets, part),
    ),
  );
  const ofBatch = new Set([batch.previous, batch.next, ...(batch.later ?? [])]);
  for (const target of Object.values(targets)) if (!ofBatch.has(target)) target.dispose();

  const { loss, terms, gradients } =
    shared === undefined || rows === undefined
      ? own
      : await timer.measure("reduction", () =>
          sumOverRanks(own, shared.communicator, count / rows.of),
        );
  const update = timer.measure("optimizer", () =>
    optimizer.update(trained, gradients, state, step),
  );
  const next: Record<string, Params> = { ...sets, [trains]: update.params };
  if (average && averaged) {
    next[averageName] = timer.measure("average", () =>
      average.update(averaged, update.params, step),
    );
  }
  return {
    sets: next,
    state: update.state,
    loss,
    terms,
    norm: update.norm,
    skipped: update.skipped,
  };
}

/** The rows of this rank, of which its batch must hold as many. */
function ownRows({ communicator, batchSize }: SharedBatch, count: number): BatchRows | undefined {
  const rows = rowsOfRank(communicator, batchSize);
  if (rows === undefined || count === numRows(rows)) return rows;
  throw new ShapeError({
    problem: `rank ${communicator.rank} has a batch of ${count} rows`,
    expected: `its ${numRows(rows)} of the ${batchSize} of ${communicator.size} ranks`,
    remedy: "give each rank the rows that rowsOfRank names",
  });
}

/** The loss, its terms and its gradient in the trained parameters; zero where it does not depend on one. */
function differentiate<Targets extends Readonly<Record<string, Tensor>>>(
  objective: Objective<Targets>,
  sets: ParamSets,
  targets: Targets,
): Differentiated {
  const params = Object.entries(setOf(sets, objective.trains));
  let terms: Readonly<Record<string, Scalar>> = {};
  const differentiated = tidy(() => {
    const { value, grads } = engine().gradients(
      () => {
        const { loss, terms: parts = {} } = objective.loss(sets, targets);
        // Only the loss leaves the tape by itself.
        terms = parts;
        for (const term of Object.values(parts)) keep(term);
        return loss;
      },
      params.map(([, p]) => p),
    );
    const gradients = params.map(([name, p], i) => [name, grads[i] ?? zerosLike(p)] as const);
    return { loss: value, gradients: Object.fromEntries(gradients) };
  });
  return { ...differentiated, terms };
}

function setOf(sets: ParamSets, name: string): Params {
  const params = sets[name];
  if (params === undefined) {
    throw new ArgumentError({
      problem: `there is no set of parameters "${name}" to train`,
      expected: `one of ${Object.keys(sets).join(", ")}`,
      remedy: `put "${name}" among the sets`,
    });
  }
  return params;
}
