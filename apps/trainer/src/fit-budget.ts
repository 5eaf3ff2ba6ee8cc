import { ArgumentError, type Batch, type Key, type ParamSets, type Params } from "@eddyflow/core";
import type { Learner, Teacher } from "@eddyflow/methods";
import { type MovingAverage, type Optimizer, train } from "@eddyflow/training";
import { dispose, type Tensor } from "@tensorflow/tfjs-core";
import type { Score } from "./score.ts";
import { firstState, opponentsToTrain } from "./training-state.ts";

/** Steps that are not counted: kernels are compiled and memory is found in them. */
const warmUpSteps = 3;
/** Steps that are counted, or fewer where they take more than this share of the time. */
const countedSteps = 30;
const countedShare = 0.02;
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
  /** The time that is left for all of the run, in seconds. */
  readonly seconds: number;
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
  seconds,
  signal,
}: MeasureRateOptions): Promise<MeasuredRate> {
  const begun = firstState(learner, optimizer, average);
  let held: readonly ParamSets[] = [begun.sets, begun.optimizer, ...Object.values(begun.opponents)];
  try {
    const steps = warmUpSteps + countedSteps;
    const enough = new AbortController();
    const trained = train(learner.objective, optimizer, {
      sets: { ...begun.sets, ...learner.frozen },
      state: begun.optimizer,
      batches,
      key,
      steps,
      average,
      opponents: opponentsToTrain(learner, optimizer, begun, keyOf),
      signal: AbortSignal.any([signal, enough.signal]),
    });
    let start = performance.now();
    let counted = 0;
    let averaged: Params = {};
    for await (const { step, sets, state, opponents, isLast } of trained) {
      held = [sets, state, ...Object.values(opponents)];
      averaged = sets["student.average"] as Params;
      if (step <= warmUpSteps) start = performance.now();
      else counted = step - warmUpSteps;
      if (!isLast && counted > 0 && since(start) > countedShare * seconds) enough.abort();
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
    return { step, validation, firstValidation: Math.max(0, first - validation) };
  } finally {
    const lent = new Set<Tensor>(tensorsOf(teacher?.sets ?? {}));
    const own = [...held.flatMap(tensorsOf), ...tensorsOf(learner.frozen)];
    dispose(own.filter((tensor) => !lent.has(tensor)));
  }
}

const tensorsOf = (sets: ParamSets): readonly Tensor[] =>
  Object.values(sets).flatMap((params) => Object.values(params));

const since = (start: number): number => (performance.now() - start) / 1000;
