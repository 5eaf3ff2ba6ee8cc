import { type Batch, DataError, type Key, type Objective, type ParamSets } from "@eddyflow/core";
import { dispose, nextFrame, stack, type Tensor, tidy } from "@tensorflow/tfjs-core";
import type { MovingAverage } from "./moving-average.ts";
import type { Optimizer, OptimizerState } from "./optimizer.ts";
import { type TrainStepResult, trainStep } from "./train-step.ts";

export interface TrainOptions {
  /** Consumed, as far as they are trained; continue with the sets of the latest step. */
  readonly sets: ParamSets;
  /** Consumed; continue with the state of the latest step. */
  readonly state: OptimizerState;
  /**
   * The batches of steps `firstStep`, `firstStep` + 1, …, normalised; each is disposed after its step.
   * `extras` may be left out.
   */
  readonly batches: AsyncIterable<Omit<Batch, "extras"> & Partial<Batch>>;
  /** The key of a step, such as `(step) => keyFor(seed, "objective", step)`. */
  readonly key: (step: number) => Key;
  /** The number of steps done before, not 0 where training is resumed. */
  readonly firstStep?: number;
  /** The number of steps of the whole training, those before included. */
  readonly steps: number;
  /** Maintains the set "<trained>.average", which must be there. */
  readonly average?: MovingAverage;
  /** Ends training after the step that is under way. */
  readonly signal?: AbortSignal;
}

/** The values of a step: loss, its terms, norm of the gradients, skipped (0 or 1). */
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
  /** Values that have arrived: those of the step before, and of this one too if it is the last. */
  readonly logged: readonly LoggedStep[];
  /** Whether training ends here: `steps` are done or the signal came. */
  readonly isLast: boolean;
}

/**
 * Trains, and yields after each step. Values are read from the device one step late, so that it never
 * waits for them; between steps the event loop runs, for Ctrl-C and timers.
 *
 * @throws DataError where the batches end before `steps` are done.
 */
export async function* train<Targets extends Readonly<Record<string, Tensor>>>(
  objective: Objective<Targets>,
  optimizer: Optimizer,
  { batches, key, firstStep = 0, steps, average, signal, ...start }: TrainOptions,
): AsyncGenerator<TrainedStep, void, void> {
  if (firstStep >= steps) return;
  let { sets, state } = start;
  let step = firstStep;
  let late: Pending | null = null;
  try {
    for await (const given of batches) {
      const batch: Batch = { extras: null, ...given };
      const options = { sets, state, batch, key: key(step), step };
      const result: TrainStepResult = await trainStep(
        objective,
        optimizer,
        average ? { ...options, average } : options,
      );
      ({ sets, state } = result);
      dispose([batch.previous, batch.next, batch.extras].filter((tensor) => tensor !== null));
      step++;
      const logged = late === null ? [] : [await arrived(late)];
      late = pending(step, result);
      // Serves timers and signals, which awaiting a settled promise would not do.
      await nextFrame();
      const isLast = step === steps || signal?.aborted === true;
      if (isLast) {
        logged.push(await arrived(late));
        late = null;
      }
      yield { step, sets, state, logged, isLast };
      if (isLast) return;
    }
  } finally {
    late?.scalars.dispose();
  }
  throw new DataError({
    problem: `the batches ended after ${step} steps`,
    expected: `${steps} steps`,
    remedy: "give batches that repeat",
  });
}

interface Pending {
  readonly step: number;
  readonly names: readonly string[];
  /** `[name]` */
  readonly scalars: Tensor;
  readonly values: Promise<ArrayLike<number>>;
}

/** Gathers the scalars of a step, which it consumes, into one tensor and begins to read it. */
function pending(step: number, { loss, terms, norm, skipped }: TrainStepResult): Pending {
  const named = { ...terms, loss, norm, skipped };
  const scalars = tidy(() => stack(Object.values(named)));
  dispose(Object.values({ ...named, ...terms }));
  return { step, names: Object.keys(named), scalars, values: scalars.data() };
}

async function arrived({ step, names, scalars, values }: Pending): Promise<LoggedStep> {
  const numbers = await values;
  scalars.dispose();
  return {
    step,
    values: Object.fromEntries(names.map((name, i) => [name, numbers[i] as number])),
  };
}
