import { availableParallelism } from "node:os";
import { ArgumentError, type BatchRows, type Normalisation } from "@eddyflow/core";
import { foldIn, keyFor, permutation } from "@eddyflow/random";
import { type Tensor, tensor } from "@tensorflow/tfjs-core";
import {
  assembleBatch,
  type BatchNormalisation,
  type BatchRow,
  type HostBatch,
} from "./assemble-batch.ts";
import { type Augmentation, checkAugmentation, drawIsometry } from "./augmentation.ts";
import type { ReadCounts } from "./frame-files.ts";
import { atRest } from "./isometry.ts";
import { checkParameters } from "./measure-parameters.ts";
import { isKept } from "./open-trajectory-store.ts";
import { type PairFrames, pairsOf } from "./pair-frames.ts";
import { readPool } from "./read-pool.ts";
import type { TrajectoryStore } from "./trajectory-store.ts";

/** States, and the states that follow them. */
export interface PairBatch {
  /** `[batch, ...space, history · channel + parameters]`: the oldest state first, the parameters last. */
  readonly previous: Tensor;
  /** `[batch, ...space, channel]` */
  readonly next: Tensor;
  /** The states after it, in order, each of its shape; absent where no more than one to come was asked for. */
  readonly later?: readonly Tensor[];
}

export interface PairOptions extends PairFrames {
  /** Where given, the values are (value − mean) / std; physical units otherwise. */
  readonly normalisation?: Normalisation;
  /**
   * The parameters of the trajectory that the condition holds, as further channels with the same value at all
   * points: (value − mean) / std. None unless given; `measureParameters` gives mean and std.
   */
  readonly parameters?: Normalisation;
}

export interface TrainingBatchesOptions extends PairOptions {
  readonly batchSize: number;
  readonly seed: number;
  /** The step of the first batch; 0 unless a run is resumed. */
  readonly firstStep?: number;
  /** Of each batch these rows alone, of `batchSize`, for one of several processes; all unless given. */
  readonly rows?: BatchRows | undefined;
  /** Moves each pair by a random symmetry, drawn for (seed, step, row). */
  readonly augmentation?: Augmentation;
  /**
   * Threads that read and decode ahead; with 0, batches are read between the steps. Unless given: 0 for data
   * that the store keeps in memory (256 MiB), else half as many as there are cores, at most four.
   */
  readonly workers?: number;
  /** Batches that are read ahead; one more than there are workers unless given. */
  readonly readAhead?: number;
  /** Called for each batch with what was read from files for it. */
  readonly onRead?: (read: Readonly<ReadCounts>) => void;
}

/** The number of pairs (history, next) of all trajectories, including the last pair of each. */
export function numPairs(store: TrajectoryStore, which: PairFrames = {}): number {
  return pairsOf(store.description, which).count;
}

const frameOf = (store: TrajectoryStore) => (trajectory: number, frame: number) =>
  store.readFrames(trajectory, frame, 1);

function toTensors(
  { description: { grid, channels } }: TrajectoryStore,
  { previous, next, later }: HostBatch,
): PairBatch {
  const size = grid.shape.reduce((product, points) => product * points, channels.length);
  const batch = next.length / size;
  const shape = (count: number) => [batch, ...grid.shape, count];
  return {
    previous: tensor(previous, shape((channels.length * previous.length) / next.length), "float32"),
    next: tensor(next, shape(channels.length), "float32"),
    ...(later.length > 0 && {
      later: later.map((values) => tensor(values, shape(channels.length), "float32")),
    }),
  };
}

export interface ReadPairsOptions extends PairOptions {
  /**
   * From which point on each pair shows the fields, cyclically, along each axis: `[[0, 4], …]`, one entry per number. From
   * the first unless given.
   */
  readonly shifts?: readonly (readonly number[])[];
}

/**
 * The pairs of these numbers, each in 0 … numPairs − 1, counted trajectory by trajectory. The caller
 * disposes all tensors.
 *
 * @throws ArgumentError for a number that no pair has, or a parameter that the store does not have.
 * @throws DataError as the store's `readFrames` does.
 */
export async function readPairs(
  store: TrajectoryStore,
  indices: ArrayLike<number>,
  { normalisation, parameters, shifts, ...which }: ReadPairsOptions = {},
): Promise<PairBatch> {
  const { count, at } = pairsOf(store.description, which);
  const wrong = Array.from(indices).find((pair) => !(pair >= 0 && pair < count));
  if (wrong !== undefined || indices.length === 0) {
    throw new ArgumentError({
      problem: wrong === undefined ? "no pair is asked for" : `there is no pair ${wrong}`,
      expected:
        count === 0 ? "trajectories of more frames" : `at least one number from 0 to ${count - 1}`,
      remedy: "ask for other pairs",
    });
  }
  checkParameters(store.description, parameters?.channels ?? []);
  const rest = atRest(store.description.grid.shape.length);
  const rows = Array.from(indices, (pair, row) => ({
    ...at(pair),
    motion: shifts === undefined ? rest : { ...rest, shift: shifts[row] ?? rest.shift },
  }));
  return toTensors(
    store,
    await assembleBatch(frameOf(store), store.description, rows, {
      normalisation: normalisation ?? null,
      parameters: parameters ?? null,
    }),
  );
}

function checkOptions(store: TrajectoryStore, options: TrainingBatchesOptions): void {
  const { batchSize, firstStep = 0, workers = 0, readAhead = 1, augmentation } = options;
  const whole = (value: number, least: number) => Number.isSafeInteger(value) && value >= least;
  if (!whole(batchSize, 1) || !whole(firstStep, 0) || !whole(workers, 0) || !whole(readAhead, 1)) {
    throw new ArgumentError({
      problem: `batch size ${batchSize} from step ${firstStep}, ${workers} workers, ${readAhead} read ahead`,
      expected: "whole numbers; a batch of at least 1, from step 0 or later, at least 1 read ahead",
      remedy: "correct batchSize, firstStep, workers or readAhead",
    });
  }
  if (numPairs(store, options) === 0) {
    const { history = 1, horizon = 1, frameStride = 1 } = options;
    throw new ArgumentError({
      problem: `trajectories of ${store.description.frames} frames hold no pair with history ${history} and frameStride ${frameStride}${horizon === 1 ? "" : ` and ${horizon} states to come`}`,
      expected: `at least ${(history + horizon - 1) * frameStride + 1} frames`,
      remedy:
        "take a smaller history or frameStride, fewer states to come, or make longer trajectories",
    });
  }
  checkParameters(store.description, options.parameters?.channels ?? []);
  if (augmentation !== undefined) checkAugmentation(store.description, augmentation);
}

/** The rows of each step's batch, a function of (seed, step) alone. */
function rowsByStep(
  { description }: TrajectoryStore,
  { batchSize, seed, augmentation, rows, ...which }: TrainingBatchesOptions,
): (step: number) => BatchRow[] {
  const { from, every } = rows ?? { from: 0, every: 1 };
  const own = Array.from(
    { length: Math.ceil((batchSize - from) / every) },
    (_, i) => from + i * every,
  );
  const { count, at } = pairsOf(description, which);
  const { shape } = description.grid;
  const rest = atRest(shape.length);
  let epoch = -1;
  let order = new Uint32Array(0);
  const pairAt = (position: number): number => {
    const wanted = Math.floor(position / count);
    if (wanted !== epoch) {
      epoch = wanted;
      order = permutation(keyFor(seed, "pairs", epoch), count) as Uint32Array<ArrayBuffer>;
    }
    return order[position % count] as number;
  };
  return (step) => {
    const stepKey = keyFor(seed, "augmentation", step);
    return own.map((row) => ({
      ...at(pairAt(step * batchSize + row)),
      motion:
        augmentation === undefined ? rest : drawIsometry(augmentation, shape, foldIn(stepKey, row)),
    }));
  };
}

/** How batches are read: by threads where there are any and they can, else here. */
function batchReader(store: TrajectoryStore, workers: number, normalised: BatchNormalisation) {
  const { dir, description, counts = { frames: 0, bytes: 0 } } = store;
  if (workers > 0 && dir !== undefined)
    return readPool({ dir, description, ...normalised }, workers);
  let told = { ...counts };
  return {
    read: async (rows: readonly BatchRow[]) => {
      const batch = await assembleBatch(frameOf(store), description, rows, normalised);
      // Since the last batch that was read, so that the sum is right where several are read at a time.
      const read = { frames: counts.frames - told.frames, bytes: counts.bytes - told.bytes };
      told = { ...counts };
      return { ...batch, read };
    },
    wait: <T>(work: Promise<T>) => work,
    close: async () => undefined,
  };
}

/**
 * Batches without end. Every pair comes once in an epoch, in an order of the epoch's own; a batch at the end
 * of an epoch is filled up from the next epoch. The batch of step s depends on (seed, s) alone: neither on the
 * batches before it, nor on how many threads read it. While one batch is in use, the next ones are read. No
 * more than readAhead · batchSize · (history + horizon) frames are in memory at a time, besides the batch in use and
 * the one row that each thread is working on. The threads end with the loop. The caller disposes the tensors.
 *
 * @throws ArgumentError for numbers that are not whole, trajectories too short for a pair, a parameter that
 *   the store does not have, or an augmentation that the data do not allow.
 * @throws DataError as the store's `readFrames` does, when the batch with these frames is due; or where a
 *   reading thread ended.
 */
export async function* trainingBatches(
  store: TrajectoryStore,
  options: TrainingBatchesOptions,
): AsyncGenerator<PairBatch, never, undefined> {
  checkOptions(store, options);
  const {
    firstStep = 0,
    normalisation = null,
    parameters = null,
    workers = isKept(store.description)
      ? 0
      : Math.max(1, Math.min(4, Math.floor(availableParallelism() / 2))),
    readAhead = workers + 1,
    onRead,
  } = options;
  const rowsOf = rowsByStep(store, options);
  const reader = batchReader(store, workers, { normalisation, parameters });
  const ask = (step: number) => {
    const batch = reader.read(rowsOf(step));
    // A failure ahead of time is reported when its batch is due.
    batch.catch(() => undefined);
    return batch;
  };
  const ahead: ReturnType<typeof ask>[] = [];
  try {
    for (let step = firstStep; ; step++) {
      while (ahead.length < readAhead) ahead.push(ask(step + ahead.length));
      const { read, ...batch } = await reader.wait(ahead.shift() as ReturnType<typeof ask>);
      ahead.push(ask(step + readAhead));
      onRead?.(read);
      yield toTensors(store, batch);
    }
  } finally {
    await reader.close();
  }
}
