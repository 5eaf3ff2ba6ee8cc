import { ArgumentError, type Normalisation } from "@eddyflow/core";
import { keyFor, permutation } from "@eddyflow/random";
import { type Tensor, tensor } from "@tensorflow/tfjs-core";
import type { TrajectoryStore } from "./open-trajectory-store.ts";

/** States and the ones a frame interval later, `[batch, ...space, channel]` each. */
export interface PairBatch {
  readonly previous: Tensor;
  readonly next: Tensor;
}

export interface PairOptions {
  /** Where given, the values are (value − mean) / std; physical units otherwise. */
  readonly normalisation?: Normalisation;
}

export interface TrainingBatchesOptions extends PairOptions {
  readonly batchSize: number;
  readonly seed: number;
  /** The step of the first batch; 0 unless a run is resumed. */
  readonly firstStep?: number;
}

/** The number of pairs (previous, next) of consecutive frames: the last pair of each trajectory counts. */
export function numPairs(store: TrajectoryStore): number {
  return store.trajectories * (store.description.frames - 1);
}

interface HostBatch {
  readonly previous: Float32Array;
  readonly next: Float32Array;
  readonly shape: number[];
}

async function gather(
  store: TrajectoryStore,
  indices: ArrayLike<number>,
  normalisation: Normalisation | undefined,
): Promise<HostBatch> {
  const { grid, channels, frames } = store.description;
  const size = grid.shape.reduce((product, points) => product * points, channels.length);
  const previous = new Float32Array(indices.length * size);
  const next = new Float32Array(indices.length * size);
  await Promise.all(
    Array.from(indices, async (pair, position) => {
      const trajectory = Math.floor(pair / (frames - 1));
      const values = await store.readFrames(trajectory, pair % (frames - 1), 2);
      previous.set(values.subarray(0, size), position * size);
      next.set(values.subarray(size), position * size);
    }),
  );
  if (normalisation !== undefined) {
    for (const values of [previous, next]) {
      for (let c = 0; c < channels.length; c++) {
        const [mean, std] = [normalisation.mean[c] as number, normalisation.std[c] as number];
        for (let i = c; i < values.length; i += channels.length) {
          values[i] = ((values[i] as number) - mean) / std;
        }
      }
    }
  }
  return { previous, next, shape: [indices.length, ...grid.shape, channels.length] };
}

const toTensors = ({ previous, next, shape }: HostBatch): PairBatch => ({
  previous: tensor(previous, shape, "float32"),
  next: tensor(next, shape, "float32"),
});

/**
 * The pairs of these numbers, each in 0 … numPairs − 1, counted trajectory by trajectory. The caller
 * disposes both tensors.
 *
 * @throws ArgumentError for a number that is no pair's.
 */
export async function readPairs(
  store: TrajectoryStore,
  indices: ArrayLike<number>,
  { normalisation }: PairOptions = {},
): Promise<PairBatch> {
  const count = numPairs(store);
  const wrong = Array.from(indices).find((pair) => !(pair >= 0 && pair < count));
  if (wrong !== undefined || indices.length === 0) {
    throw new ArgumentError({
      problem: wrong === undefined ? "no pair is asked for" : `there is no pair ${wrong}`,
      expected: `at least one number from 0 to ${count - 1}`,
      remedy: "ask for other pairs",
    });
  }
  return toTensors(await gather(store, indices, normalisation));
}

/**
 * Batches without end. Every pair comes once in an epoch, in an order of the epoch's own; a batch at the end
 * of an epoch is filled up from the next. The batch of step s depends on (seed, s) and on nothing before
 * it. While one batch is in use the next one is read. The caller disposes the tensors.
 *
 * @throws ArgumentError for a batch size or step that is not a whole number.
 */
export async function* trainingBatches(
  store: TrajectoryStore,
  { batchSize, seed, firstStep = 0, normalisation }: TrainingBatchesOptions,
): AsyncGenerator<PairBatch, never, undefined> {
  if (!Number.isSafeInteger(batchSize) || batchSize < 1 || !(firstStep >= 0)) {
    throw new ArgumentError({
      problem: `batch size ${batchSize} from step ${firstStep}`,
      expected: "a whole number of at least 1, from step 0 or later",
      remedy: "correct batchSize",
    });
  }
  const count = numPairs(store);
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
  const read = (step: number): Promise<HostBatch> => {
    const indices = Array.from({ length: batchSize }, (_, i) => pairAt(step * batchSize + i));
    const batch = gather(store, indices, normalisation);
    // A failure ahead of time is reported when its batch is due.
    batch.catch(() => undefined);
    return batch;
  };
  let ahead = read(firstStep);
  for (let step = firstStep; ; step++) {
    const batch = await ahead;
    ahead = read(step + 1);
    yield toTensors(batch);
  }
}
