import { ArgumentError, type Batch, type Key, type ParamSets, type Params } from "@eddyflow/core";
import type { Learner, Teacher } from "@eddyflow/methods";
import { broadcastValue } from "@eddyflow/parallel";
import { type MovingAverage, type Optimizer, type SharedBatch, train } from "@eddyflow/training";
import { dispose, type Tensor } from "@tensorflow/tfjs-core";
import type { Score } from "./score.ts";
import { firstState, opponentsToTrain } from "./training-state.ts";

/** How a rate is measured. */
export interface Trial {
  /** Steps that are not counted: kernels are compiled and memory is found in them. */
  readonly warmUp: number;
  /** Steps that are counted, or fewer where they take longer than these seconds. */
  readonly counted: number;
  readonly seconds: number;
}

/** For a budget: exact, in a fiftieth of the time that there is. */
export const trialWithin = (seconds: number): Trial => ({
  warmUp: 3,
  counted: 30,
  seconds: 0.02 * seconds,
});

/** To see that a run works and how fast about: two steps at least, in some seconds. */
export const shortTrial: Trial = { warmUp: 1, counted: 10, seconds: 5 };

/** Of the time that is left: for checkpoints, and since rates vary. */
const usedShare = 0.95;

/** What a run was measured to take, in seconds. */
export interface MeasuredRate {
  readonly step: number;
  readonly validation: number;
  /** What the first validation takes more than the others: a student's teacher is run for it. */
  readonly firstValidation: number;
}

/**
 * The largest number of steps that fit into the seconds, 5 % kept back:
 * n = ⌊(.95 s − first) / (step + validation/validateEvery)⌋.
 *
 * @throws ArgumentError where not one does.
 */
export function fittingIterations(
  { step, validation, firstValidation }: MeasuredRate,
  { seconds, validateEvery }: { readonly seconds: number; readonly validateEvery: number },
): number {
  const each = step + validation / validateEvery;
  const iterations = Math.floor((usedShare * seconds - firstValidation) / each);
  if (iterations >= 1) return iterations;
  throw new ArgumentError({
    problem: `no step fits into the ${Math.max(0, seconds).toFixed(0)} seconds that are left of --max-hours`,
    expected: `more than ${(firstValidation + each).toFixed(0)} seconds`,
    remedy: "give more --max-hours, or leave --fit out",
  });
}

export interface MeasureRateOptions {
  readonly learner: Learner;
  readonly teacher: Teacher | null;
  readonly optimizer: Optimizer;
  readonly average: MovingAverage;
  readonly batches: AsyncIterable<Batch>;
  readonly key: (step: number) => Key;
  /** The key of an opponent's step, by its set. */
  readonly keyOf: (set: string, step: number) => Key;
  readonly scoreOf: (params: Params) => Promise<Score>;
  readonly batchParts: number;
  readonly shared: SharedBatch;
  readonly trial: Trial;
  readonly signal: AbortSignal;
}

/**
 * Measures what a step and a validation take, by some of each on weights of their own: a run that begins afterwards is
 * the same to the bit as one that was given its budget. Disposes the learner's own weights.
 */
export async function measureRate({
  learner,
  teacher,
  optimizer,
  average,
  batches,
  key,
  keyOf,
  scoreOf,
  batchParts,
  shared,
  trial,
  signal,
}: MeasureRateOptions): Promise<MeasuredRate> {
  const begun = firstState(learner, optimizer, average);
  let held: readonly ParamSets[] = [begun.sets, begun.optimizer, ...Object.values(begun.opponents)];
  try {
    const steps = trial.warmUp + trial.counted;
    const enough = new AbortController();
    const trained = train(learner.objective, optimizer, {
      sets: { ...begun.sets, ...learner.frozen },
      state: begun.optimizer,
      batches,
      key,
      steps,
      average,
      batchParts,
      shared,
      opponents: opponentsToTrain(learner, optimizer, begun, keyOf),
      signal: AbortSignal.any([signal, enough.signal]),
    });
    let start = performance.now();
    let counted = 0;
    let averaged: Params = {};
    for await (const { step, sets, state, opponents, isLast } of trained) {
      held = [sets, state, ...Object.values(opponents)];
      averaged = sets["student.average"] as Params;
      if (step <= trial.warmUp) start = performance.now();
      else counted = step - trial.warmUp;
      if (!isLast && counted > 0 && since(start) > trial.seconds) enough.abort();
    }
    signal.throwIfAborted();
    const step = since(start) / counted;
    const validations: number[] = [];
    for (let i = 0; i < 2; i++) {
      const before = performance.now();
      await scoreOf(averaged);
      validations.push(since(before));
    }
    const [first = 0, validation = 0] = validations;
    const own = { step, validation, firstValidation: Math.max(0, first - validation) };
    // Ranks that measured other rates would make other numbers of steps.
    return await broadcastValue(shared.communicator, own);
  } finally {
    const lent = new Set<Tensor>(tensorsOf(teacher?.sets ?? {}));
    const own = [...held.flatMap(tensorsOf), ...tensorsOf(learner.frozen)];
    dispose(own.filter((tensor) => !lent.has(tensor)));
  }
}

const tensorsOf = (sets: ParamSets): readonly Tensor[] =>
  Object.values(sets).flatMap((params) => Object.values(params));

const since = (start: number): number => (performance.now() - start) / 1000;
