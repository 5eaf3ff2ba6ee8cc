import { type Batch, DataError, type Key, type Objective, type ParamSets } from "@eddyflow/core";
import { isAny } from "@eddyflow/parallel";
import { dispose, nextFrame, stack, type Tensor, tidy } from "@tensorflow/tfjs-core";
import type { MovingAverage } from "./moving-average.ts";
import type { Optimizer, OptimizerState } from "./optimizer.ts";
import type { PartTimer } from "./stopwatch.ts";
import { type SharedBatch, type StepPart, type TrainStepResult, trainStep } from "./train-step.ts";

/** What the time of a training is counted for; "reading" waits for the values of the step before. */
export type TrainPart = StepPart | "data" | "reading";

/** The parts of a step of one process, in their order. */
export const trainParts: readonly TrainPart[] = [
  "data",
  "targets",
  "gradient",
  "optimizer",
  "average",
  "reading",
];

/** What is trained in turn with a run's first objective: after it in each step, on the same batch. */
export interface TrainOpponent {
  /** Trains a set of its own, which has no average. */
  readonly objective: Objective<Readonly<Record<string, Tensor>>>;
  readonly optimizer: Optimizer;
  /** Consumed; continue with the state of the latest step. */
  readonly state: OptimizerState;
  /** The key of a step, for draws that are independent of those of the first objective. */
  readonly key: (step: number) => Key;
}

export interface TrainOptions {
  /** Consumed, as far as they are trained; continue with the sets of the latest step. */
  readonly sets: ParamSets;
  /** Consumed; continue with the state of the latest step. */
  readonly state: OptimizerState;
  /** The batches of steps `firstStep`, `firstStep` + 1, …, normalised. Each is disposed after its step. */
  readonly batches: AsyncIterable<Batch>;
  /** The key of a step, such as `(step) => keyFor(seed, "objective", step)`. */
  readonly key: (step: number) => Key;
  /** The number of steps done before, not 0 where training is resumed. */
  readonly firstStep?: number;
  /** The number of steps of the whole training, those before included. */
  readonly steps: number;
  /** Maintains the set "<trained>.average", which must be there. */
  readonly average?: MovingAverage;
  /** Parts that each batch is computed in, as in `trainStep`; 1 unless given. */
  readonly batchParts?: number;
  /** Whether the values of this step are read in it, not one step later: those of a checkpoint's step. Never unless given. */
  readonly readAt?: (step: number) => boolean;
  /** Trained in turn with the objective, in this order; none unless given. Their sets are among `sets`. */
  readonly opponents?: readonly TrainOpponent[];
  /** The ranks that share out each batch, as in `trainStep`; this process alone unless given. */
  readonly shared?: SharedBatch;
  /** Counts the time of each step's parts, such as a `stopwatch`. */
  readonly timer?: PartTimer<TrainPart>;
  /** Ends training after the step that is under way, in all ranks where it comes in one. */
  readonly signal?: AbortSignal;
}

/**
 * The values of a step: loss, its terms, norm of the gradients, skipped (0 or 1); those of an opponent by its set,
 * "discriminator/loss".
 */
export interface LoggedStep {
  /** The number of steps done, this one included. */
  readonly step: number;
  readonly values: Readonly<Record<string, number>>;
}

export interface TrainedStep {
  /** The number of steps done, this one included. */
  readonly step: number;
  /** Valid until the next step is asked for; the caller's after the last. */
  readonly sets: ParamSets;
  readonly state: OptimizerState;
  /** The states of the opponents' optimizers by the sets that they train. */
  readonly opponents: Readonly<Record<string, OptimizerState>>;
  /** Values that have arrived: those of the step before, and of this one too if it is the last or `readAt` names it. */
  readonly logged: readonly LoggedStep[];
  /** Whether training ends here: `steps` are done, the signal came or the batches failed. */
  readonly isLast: boolean;
}

/**
 * Trains, and yields after each step. Values are read from the device one step late, so that it never
 * waits for them; between steps the event loop runs, for Ctrl-C and timers. Where the batches fail, the step before is
 * yielded once more, as the last, so that it can be saved; then their error is thrown. One of several ranks throws at once.
 *
 * @throws DataError where the batches end before `steps` are done.
 */
export async function* train<Targets extends Readonly<Record<string, Tensor>>>(
  objective: Objective<Targets>,
  optimizer: Optimizer,
  {
    batches,
    key,
    firstStep = 0,
    steps,
    average,
    batchParts = 1,
    readAt = () => false,
    opponents = [],
    shared,
    timer,
    signal,
    ...start
  }: TrainOptions,
): AsyncGenerator<TrainedStep, void, void> {
  if (firstStep >= steps) return;
  let { sets, state } = start;
  const opposed = Object.fromEntries(opponents.map((each) => [each.objective.trains, each.state]));
  let step = firstStep;
  let late: Pending | null = null;
  const source = (timer ? timedBatches(batches, timer) : batches)[Symbol.asyncIterator]();
  try {
    for (;;) {
      let batch: Batch;
      try {
        const { done, value } = await source.next();
        if (done === true) break;
        batch = value;
      } catch (error) {
        // The other ranks are in the next step already, and cannot save this one.
        if (step > firstStep && (shared?.communicator.size ?? 1) === 1) {
          const logged = late === null ? [] : [await arrived(late)];
          late = null;
          yield { step, sets, state, opponents: { ...opposed }, logged, isLast: true };
        }
        throw error;
      }
      const result: TrainStepResult = await trainStep(objective, optimizer, {
        sets,
        state,
        batch,
        key: key(step),
        step,
        batchParts,
        ...(average && { average }),
        ...(shared && { shared }),
        ...(timer && { timer }),
      });
      ({ sets, state } = result);
      const results: [prefix: string, TrainStepResult][] = [["", result]];
      for (const opponent of opponents) {
        const set = opponent.objective.trains;
        const turn = await trainStep(opponent.objective, opponent.optimizer, {
          sets,
          state: opposed[set] as OptimizerState,
          batch,
          key: opponent.key(step),
          step,
          batchParts,
          ...(shared && { shared }),
          ...(timer && { timer }),
        });
        ({ sets, state: opposed[set] } = turn);
        results.push([`${set}/`, turn]);
      }
      // A batch of a learner's own may hold more tensors than states.
      dispose({ ...batch } as never);
      step++;
      const before = late;
      const read = async () => (before === null ? [] : [await arrived(before)]);
      const logged = await (timer ? timer.measure("reading", read) : read());
      late = pending(step, results);
      // Serves timers and signals, which awaiting a settled promise would not do.
      await nextFrame();
      const isStopped = signal?.aborted === true;
      const isLast =
        step === steps || (shared ? await isAny(shared.communicator, isStopped) : isStopped);
      if (isLast || readAt(step)) {
        const own = late;
        late = null;
        logged.push(await (timer ? timer.measure("reading", () => arrived(own)) : arrived(own)));
      }
      yield { step, sets, state, opponents: { ...opposed }, logged, isLast };
      if (isLast) return;
    }
  } finally {
    late?.scalars.dispose();
    await source.return?.();
  }
  throw new DataError({
    problem: `the batches ended after ${step} steps`,
    expected: `${steps} steps`,
    remedy: "give batches that repeat",
  });
}

/** The batches, with the time that is waited for them counted. */
function timedBatches<T>(
  batches: AsyncIterable<T>,
  timer: PartTimer<"data">,
): Pick<AsyncIterable<T>, typeof Symbol.asyncIterator> {
  return {
    [Symbol.asyncIterator]() {
      const source = batches[Symbol.asyncIterator]();
      return {
        next: () => timer.measure("data", () => source.next()),
        return: async () => (await source.return?.()) ?? { done: true, value: undefined },
      };
    },
  };
}

interface Pending {
  readonly step: number;
  readonly names: readonly string[];
  /** `[name]` */
  readonly scalars: Tensor;
  readonly values: Promise<ArrayLike<number>>;
}

/** Gathers the scalars of a step, which it consumes, into one tensor and begins to read it. */
function pending(
  step: number,
  results: readonly (readonly [prefix: string, TrainStepResult])[],
): Pending {
  const named = results.flatMap(([prefix, { loss, terms, norm, skipped }]) =>
    Object.entries({ ...terms, loss, norm, skipped }).map(
      ([name, value]) => [`${prefix}${name}`, value] as const,
    ),
  );
  const scalars = tidy(() => stack(named.map(([, value]) => value)));
  for (const [, { loss, terms, norm, skipped }] of results) {
    dispose([loss, norm, skipped, ...Object.values(terms)]);
  }
  return { step, names: named.map(([name]) => name), scalars, values: scalars.data() };
}

async function arrived({ step, names, scalars, values }: Pending): Promise<LoggedStep> {
  const numbers = await values;
  scalars.dispose();
  return {
    step,
    values: Object.fromEntries(names.map((name, i) => [name, numbers[i] as number])),
  };
}
