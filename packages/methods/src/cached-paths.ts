import { join } from "node:path";
import { ArgumentError, type Batch, type Key } from "@eddyflow/core";
import {
  dataHash,
  numPairs,
  openPathStore,
  type PathStore,
  pathBytes,
  readPairs,
} from "@eddyflow/datasets";
import { type DrawPathPairs, type PathBatch, teacherPath } from "@eddyflow/distillation";
import { shiftPeriods, velocityField, velocityNetwork } from "@eddyflow/models";
import { isAny, oneProcess, rowsOfRank, zeroFirst } from "@eddyflow/parallel";
import { drawRows, foldIn, integers, keyFor, numRows, permutation } from "@eddyflow/random";
import { equalSteps, nfeOf, type SpacingName, tableauOf } from "@eddyflow/samplers";
import { dispose, type Tensor, tensor, tensor1d } from "@tensorflow/tfjs-core";
import type { BatchSource, LearnerContext, OwnBatches } from "./method.ts";
import type { PathRecipe } from "./recipe-parts.ts";
import type { NetworkTeacher } from "./teacher-of.ts";

/** What a forward and a backward pass cost in evaluations. */
const trainedEvaluation = 3;

export interface CachedPathsOptions {
  readonly recipe: {
    readonly iterations: number;
    readonly batchSize: number;
    readonly pathSteps: number;
    readonly tableau: string;
    readonly spacing?: SpacingName | undefined;
    readonly paths: PathRecipe & { readonly kind: "cached" };
  };
  readonly context: LearnerContext;
  readonly teacher: NetworkTeacher;
  /** Flow times of the points of a path, those of the recipe. */
  readonly times: readonly number[];
  /** The points of each path, above 0, that are kept. */
  readonly kept: readonly number[];
  /** Draws pairs of points 0 (the noise) and those that are kept. */
  readonly draw: DrawPathPairs;
}

/**
 * Batches of pairs of points of teacher paths that are made once and kept in the folder `paths` of a run. Each is a
 * function of the seed and its step; what is in memory at a time are the paths of one batch while they are made, and the
 * points of two batches afterwards.
 *
 * A path is moved only by what its teacher commutes with, so that it is a path of the teacher there too.
 *
 * @throws ArgumentError where the bound on the disk is below one batch of paths.
 */
export function cachedPaths(options: CachedPathsOptions): OwnBatches {
  const { recipe, context, teacher, times, kept } = options;
  const { iterations, batchSize: chunk, pathSteps, tableau, spacing, paths: from } = recipe;
  const { shape } = context.grid;
  const layout = {
    grid: context.grid,
    channels: Array.from({ length: teacher.network.stateChannels }, (_, c) => String(c)),
  };
  const evaluations = nfeOf(equalSteps(tableau, pathSteps), "velocity");
  const trained = trainedEvaluation * iterations * chunk;
  const asked = (trained * from.share) / (1 - from.share) / evaluations;
  const bytesEach = pathBytes(layout, kept.length);
  const fitting = Math.floor((from.mebibytes * 2 ** 20) / (bytesEach * chunk));
  if (fitting < 1) {
    throw new ArgumentError({
      problem: `${chunk} paths take up ${mebibytes(bytesEach * chunk)}, more than the ${from.mebibytes} MiB allowed`,
      expected: "room for a batch of paths",
      remedy: "raise paths.mebibytes, or take smaller batches or fewer steps",
    });
  }
  const files = Math.min(fitting, Math.max(1, Math.round(asked / chunk)));
  const count = files * chunk;
  const less = Math.round(asked / chunk) > fitting ? `, as many as ${from.mebibytes} MiB hold` : "";
  const periods = from.shift ? shiftPeriods(teacher.network) : shape.map(() => null);

  return {
    about: `${count} of ${evaluations} evaluations each, ${mebibytes(count * bytesEach)} on the disk${less}`,
    async open(source) {
      const { seed } = context;
      const forNoise = keyFor(seed, "path noise", 0);
      const data = { ...source, pairs: await pairOrder(source, seed, count) };
      const { communicator = oneProcess() } = source;
      const description = {
        layout,
        times: kept.map((point) => times[point] as number),
        chunk,
        pairs: data.pairs,
        noise: Array.from({ length: count }, (_, path) => foldIn(forNoise, path)),
        madeOf: {
          teacher: source.teacher,
          data: await dataHash(source.data, source.which),
          ...{ seed, tableau, steps: pathSteps },
          // Stores of equal steps never said so.
          ...(spacing !== undefined && spacing !== "uniform" && { spacing }),
        },
      };
      const store = await zeroFirst(communicator, () =>
        openPathStore(join(source.folder, "paths"), description),
      );
      const all = await makePaths(store, data, { ...options, files });
      // In all ranks, where one was stopped; and none begins before all files are there.
      const isWhole = !(await isAny(communicator, !all));
      return isWhole ? pathBatches(store, data, { ...options, periods, count }) : null;
    },
  };
}

type PathSource = BatchSource & {
  /** The number of the pair that gives each path its condition. */
  readonly pairs: readonly number[];
};

/** Pairs of the data in a random order, again and again, so that each gives as many paths as the others. */
async function pairOrder(
  { data, which }: BatchSource,
  seed: number,
  count: number,
): Promise<readonly number[]> {
  const available = numPairs(data, which);
  return Array.from({ length: Math.ceil(count / available) }, (_, epoch) =>
    Array.from(permutation(keyFor(seed, "path pairs", epoch), available)),
  )
    .flat()
    .slice(0, count);
}

/** Makes what is missing of the files of this rank; false where the signal came before. */
async function makePaths(
  store: PathStore,
  { data, which, pairs, communicator: { rank, size } = oneProcess(), signal, report }: PathSource,
  { recipe, context, teacher, times, kept, files }: CachedPathsOptions & { readonly files: number },
): Promise<boolean> {
  const { batchSize: chunk, tableau } = recipe;
  const { networks = {} } = context;
  const velocity = velocityField(velocityNetwork(teacher.network, { networks }), teacher.params);
  const order = { tableau: tableauOf(tableau), times };
  let done = files - store.missing.length;
  for (const file of store.missing.filter((missing) => missing % size === rank)) {
    if (signal.aborted) return false;
    report?.(done * chunk, files * chunk);
    const rows = Array.from({ length: chunk }, (_, row) => file * chunk + row);
    const { previous, next } = await readPairs(
      data,
      rows.map((path) => pairs[path] as number),
      which,
    );
    const noise = await statesOf(
      store,
      rows.map((path) => ({ path, time: 0 })),
      next.shape,
    );
    const stateSize = next.size / chunk;
    const values = new Float32Array(chunk * kept.length * stateSize);
    try {
      let point = 0;
      for (const state of teacherPath(velocity, noise, previous, order)) {
        point++;
        const node = kept.indexOf(point);
        if (node === -1) continue;
        const states = (await state.data<"float32">()) as Float32Array;
        for (let row = 0; row < chunk; row++) {
          const at = (row * kept.length + node) * stateSize;
          values.set(states.subarray(row * stateSize, (row + 1) * stateSize), at);
        }
      }
    } finally {
      dispose([previous, next, noise]);
    }
    await store.write(file, values);
    // The other ranks are about as far.
    done = Math.min(files, done + size);
    report?.(done * chunk, files * chunk);
  }
  return true;
}

interface Point {
  readonly path: number;
  readonly time: number;
  readonly shift?: readonly number[];
}

/** Points of paths as a tensor `[point, ...space, channel]`. */
async function statesOf(
  store: PathStore,
  points: readonly Point[],
  shape: readonly number[],
): Promise<Tensor> {
  const states = await Promise.all(
    points.map(({ path, time, shift }) => store.read(path, time, shift)),
  );
  const size = (states[0] as Float32Array).length;
  const values = new Float32Array(states.length * size);
  for (const [row, state] of states.entries()) values.set(state, row * size);
  return tensor(values, [states.length, ...shape.slice(1)], "float32");
}

/** The batch of each step: paths in an order of their epoch's own, points and shifts drawn for the step. */
async function* pathBatches(
  store: PathStore,
  { data, which, pairs, firstStep, communicator = oneProcess() }: PathSource,
  {
    context: { seed, grid },
    recipe: { batchSize },
    draw,
    times,
    periods,
    count,
  }: CachedPathsOptions & {
    readonly periods: readonly (number | null)[];
    readonly count: number;
  },
): AsyncGenerator<Batch, never, undefined> {
  let [epoch, order] = [-1, new Uint32Array(0)];
  const pathAt = (position: number): number => {
    const wanted = Math.floor(position / count);
    if (wanted !== epoch) {
      epoch = wanted;
      order = permutation(keyFor(seed, "paths", epoch), count) as Uint32Array<ArrayBuffer>;
    }
    return order[position % count] as number;
  };
  /** From which point on a path is shown along each axis: a multiple of what the teacher commutes with. */
  const shiftOf = (key: Key): readonly number[] =>
    grid.shape.map((n, axis) => {
      const period = periods[axis] ?? n;
      const [multiple = 0] = integers(foldIn(key, axis), 1, n / period);
      return multiple * period;
    });
  const batchOf = async (step: number): Promise<PathBatch> => {
    const own = rowsOfRank(communicator, batchSize);
    const count = own === undefined ? batchSize : numRows(own);
    const { from, to } = drawRows(count, own, (all) =>
      draw(keyFor(seed, "path points", step), all),
    );
    const forShifts = keyFor(seed, "path shifts", step);
    const numbers = drawRows(count, own, (all) => Uint32Array.from({ length: all }, (_, i) => i));
    const rows = Array.from(numbers, (row) => ({
      path: pathAt(step * batchSize + row),
      shift: shiftOf(foldIn(forShifts, row)),
    }));
    const { previous, next } = await readPairs(
      data,
      rows.map(({ path }) => pairs[path] as number),
      { ...which, shifts: rows.map(({ shift }) => shift) },
    );
    const { shape } = next;
    next.dispose();
    const timesOf = (points: Uint32Array) => Array.from(points, (point) => times[point] as number);
    const statesAt = (points: readonly number[]) =>
      statesOf(
        store,
        rows.map((row, i) => ({ ...row, time: points[i] as number })),
        shape,
      );
    const [t, end] = [timesOf(from), timesOf(to)];
    return {
      previous,
      start: await statesAt(t),
      next: await statesAt(end),
      ...{ t: tensor1d(t), end: tensor1d(end) },
    };
  };
  const ask = (step: number) => {
    const batch = batchOf(step);
    // A failure ahead of time is reported when its batch is due.
    batch.catch(() => undefined);
    return batch;
  };
  let ahead = ask(firstStep);
  try {
    for (let step = firstStep; ; step++) {
      const batch = await ahead;
      ahead = ask(step + 1);
      yield batch;
    }
  } finally {
    await ahead.then(
      (batch) => dispose({ ...batch } as never),
      () => undefined,
    );
  }
}

const mebibytes = (bytes: number): string => `${(bytes / 2 ** 20).toPrecision(3)} MiB`;
