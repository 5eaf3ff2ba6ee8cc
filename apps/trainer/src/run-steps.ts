import { type Batch, DataError, type Key, type Params } from "@eddyflow/core";
import type { Learner, TrainingRecipe } from "@eddyflow/methods";
import { isAny } from "@eddyflow/parallel";
import {
  type Logger,
  type MovingAverage,
  type Optimizer,
  type Schedule,
  type Seconds,
  type SharedBatch,
  stopwatch,
  train,
  trainParts,
} from "@eddyflow/training";
import { dispose } from "@tensorflow/tfjs-core";
import { say } from "command-line";
import { shown } from "./announce.ts";
import { areFinite } from "./are-finite.ts";
import { divergenceWatch } from "./divergence.ts";
import type { RunCheckpoints } from "./run-checkpoints.ts";
import type { Score } from "./score.ts";
import type { TimeLimit } from "./time-limit.ts";
import { opponentsToTrain, type TrainingState } from "./training-state.ts";

export interface RunStepsOptions {
  readonly recipe: TrainingRecipe;
  readonly learner: Learner;
  readonly optimizer: Optimizer;
  readonly learningRate: Schedule;
  readonly average: MovingAverage;
  readonly scoreOf: (params: Params) => Promise<Score>;
  /** Consumed, and disposed at the end. */
  readonly start: TrainingState;
  readonly batches: AsyncIterable<Batch>;
  readonly key: (step: number) => Key;
  /** The key of an opponent's step, by its set. */
  readonly keyOf: (set: string, step: number) => Key;
  readonly checkpoints: RunCheckpoints;
  readonly logger: Logger;
  readonly limit: TimeLimit;
  /** The ranks that share out the batches; rank 0 writes. */
  readonly shared: SharedBatch;
  /** Ends the run after the step in progress. */
  readonly stop: AbortSignal;
}

/** What the steps of a run came to. */
export interface RunStepsResult {
  readonly score: Score | null;
  /** Steps that changed nothing because their gradients were not finite. */
  readonly skipped: number;
  readonly seconds: Seconds<string>;
}

/** A look for the run's folder takes some 40 µs, and more where the disk is far: too much for every step of a small model. */
const lookMilliseconds = 1000;

/** Whether a run ends at a step because its score has not been better for so many validations. */
export const isOutOfPatience = (
  { patience, validateEvery }: TrainingRecipe,
  step: number,
  best: number | null,
): boolean => patience > 0 && best !== null && step - best >= patience * validateEvery;

/**
 * Makes the steps of a run with their validations, checkpoints and rows of the log, until the budget, the patience or the
 * time is used up or the signal comes; there is a checkpoint of the last step in each case. The rows up to a checkpoint's
 * step are on the disk before it is.
 *
 * @throws DataError where training diverged; and what a validation or the batches throw. The steps before are saved.
 */
export async function runSteps({
  recipe,
  learner,
  optimizer,
  learningRate,
  average,
  scoreOf,
  start,
  batches,
  key,
  keyOf,
  checkpoints,
  logger,
  limit,
  shared,
  stop,
}: RunStepsOptions): Promise<RunStepsResult> {
  const { iterations: steps, validateEvery, checkpointEvery } = recipe;
  const isDue = (step: number, every: number) => step === steps || step % every === 0;
  const { communicator } = shared;
  const clock = stopwatch(
    [
      ...trainParts,
      ...(communicator.size > 1 ? (["reduction"] as const) : []),
      ...(["validation", "checkpoint", "logging"] as const),
    ],
    "rest",
  );
  const watch = divergenceWatch();
  /** What belongs to steps whose loss has not arrived yet. */
  const waiting = new Map<number, Readonly<Record<string, number>>>();
  let now = start;
  let lastScore: Score | null = null;

  const trained = train(learner.objective, optimizer, {
    sets: { ...start.sets, ...learner.frozen },
    state: start.optimizer,
    batches,
    key,
    firstStep: start.step,
    steps,
    average,
    batchParts: recipe.batchParts,
    readAt: (step) => isLost || isDue(step, validateEvery) || isDue(step, checkpointEvery),
    opponents: opponentsToTrain(learner, optimizer, start, keyOf),
    shared,
    timer: clock,
    signal: stop,
  });
  const save = () =>
    clock.measure("checkpoint", () =>
      limit.measure("checkpoint", () => checkpoints.save(now, scoreAt(now.step))),
    );
  let newest: { readonly step: number; readonly score: Score } | null = null;
  const scoreAt = (step: number) => (newest?.step === step ? newest.score : null);

  let isLost = false;
  let looked = performance.now();
  const isTimeToLook = () => {
    const time = performance.now();
    if (time - looked < lookMilliseconds) return false;
    looked = time;
    return true;
  };

  clock.lap();
  try {
    for await (const { step, sets, state, opponents, logged, isLast } of trained) {
      now = { step, sets, optimizer: state, opponents };
      limit.stepDone();
      let isEnd = isLast;
      let diverged = watch.see(logged) ?? (step === steps ? watch.atEnd() : null);
      let spoiltAt = watch.spoiltAt;
      let failure: { readonly error: unknown } | null = null;
      let isBest = false;

      const isValidated = diverged === null && isDue(step, validateEvery);
      const isLate = isLast || !limit.hasTimeFor("validation");
      if (isValidated && step < steps && (await isAny(communicator, isLate))) {
        // The resumed run makes up for it.
        isEnd = true;
      } else if (isValidated) {
        try {
          const score = await clock.measure("validation", () =>
            limit.measure("validation", () => scoreOf(sets["student.average"] as Params)),
          );
          say(`step ${step}: ${score.name} ${score.value.toPrecision(4)}`);
          if (Number.isFinite(score.value)) {
            newest = { step, score };
            lastScore = score;
            isBest = checkpoints.note(step, score);
          } else {
            diverged = `training diverged at step ${step}: ${score.name} is not finite`;
            spoiltAt = step;
          }
        } catch (error) {
          failure = { error };
        }
      }
      const bestStep = checkpoints.best?.step ?? null;
      if (scoreAt(step) !== null && isOutOfPatience(recipe, step, bestStep)) isEnd = true;

      const score = scoreAt(step);
      waiting.set(step, {
        ...waiting.get(step),
        learningRate: learningRate(step - 1),
        ...(score && { [score.name]: score.value }),
        ...prefixed("seconds/", clock.lap()),
      });
      await clock.measure("logging", () => {
        for (const { step, values } of logged) {
          logger.log(step, { ...values, ...waiting.get(step) });
          waiting.delete(step);
        }
      });
      // One step later its values are read in time for the row. What is saved then lies where it can, and the run ends with
      // an error that says so.
      const wasLost = isLost;
      isLost ||= isTimeToLook() && !(await checkpoints.isThere());
      const isDueNow = isEnd || failure !== null || isBest || isDue(step, checkpointEvery);
      const isSaved = isDueNow || wasLost;
      if (isSaved && diverged === null && checkpoints.latest?.step !== step) {
        if (await areFinite(sets)) {
          // Weights that lead nowhere must not push out good ones.
          if (isEnd || wasLost || !watch.isSkipping) {
            logger.flush();
            await save();
          }
        } else {
          diverged = `training diverged at step ${step}: the weights are not finite`;
          spoiltAt = step;
        }
      }
      if (diverged !== null) {
        logger.flush();
        const error = await divergence(diverged, { checkpoints, spoiltAt, state: now });
        // All ranks see it. None ends the job before rank 0 has kept what is good.
        await communicator.barrier();
        throw error;
      }
      if (failure !== null) throw failure.error;
      if (isEnd) break;
    }
  } finally {
    dispose([now.sets, now.optimizer, now.opponents] as never);
  }
  clock.lap();
  return { score: lastScore, skipped: watch.skipped, seconds: clock.total() };
}

const prefixed = (prefix: string, values: Readonly<Record<string, number>>) =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [`${prefix}${name}`, value]));

/** The error of a run that diverged; the checkpoints of weights that were no good are gone, if there are others. */
async function divergence(
  problem: string,
  {
    checkpoints,
    spoiltAt,
    state,
  }: {
    readonly checkpoints: RunCheckpoints;
    readonly spoiltAt: number | null;
    readonly state: TrainingState;
  },
): Promise<DataError> {
  if (spoiltAt !== null) await checkpoints.dropFrom(spoiltAt);
  if (checkpoints.latest === null && (await areFinite(state.sets))) {
    await checkpoints.save(state, null);
  }
  const kept = checkpoints.latest;
  return new DataError({
    problem,
    expected: "losses and gradients that are finite",
    remedy: `${kept === null ? "no checkpoint was good" : `the checkpoint of step ${kept.step} is kept (${shown(kept.path)})`}; lower learningRate.max or clipNorm and begin another run with --new`,
  });
}
