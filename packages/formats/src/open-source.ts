import { ArgumentError, type Boundary, DataError, type Grid } from "@eddyflow/core";
import {
  type FieldLayout,
  frameReader,
  observeLayout,
  type StoreDescription,
  type TrajectoryStore,
} from "@eddyflow/datasets";
import {
  type DataSource,
  type FieldValues,
  type SourceField,
  type SourceTrajectory,
  unusable,
} from "./source.ts";

/** Which part of the files is wanted, and what the files do not say themselves. */
export interface OpenDataOptions {
  /** The channels and their order; the fields that vary in time unless given. */
  readonly channels?: readonly string[];
  /**
   * The part of the data. Where the files do not name their split, the trajectories of each file are divided:
   * the first tenth is the test split, the next tenth the validation split (at least one each), the rest the
   * training split.
   */
  readonly split?: "train" | "validation" | "test";
  /** Only these trajectories of the split. */
  readonly trajectories?: readonly number[];
  /** Every n-th frame, from the first one on. */
  readonly timeStride?: number;
  /** This many frames of each trajectory, before the stride; needed where trajectories differ in length. */
  readonly frames?: number;
  /** Replaces what the files say, or adds what they do not say. */
  readonly frameInterval?: number;
  readonly extent?: readonly number[];
  readonly boundary?: readonly Boundary[];
}

const wrongOption = (problem: string, expected: string) =>
  new ArgumentError({ problem, expected, remedy: "change the option" });

function chooseChannels(fields: readonly SourceField[], wanted: readonly string[] | undefined) {
  const all = fields.flatMap((field) =>
    field.channels.map((channel, component) => ({ channel, component, field })),
  );
  if (wanted === undefined) return all.filter(({ field }) => field.state);
  if (wanted.length === 0) throw wrongOption("no channel is asked for", "at least one");
  return wanted.map((name) => {
    const found = all.find(({ channel }) => channel === name);
    if (found !== undefined) return found;
    throw wrongOption(
      `there is no channel "${name}"`,
      all.map(({ channel }) => channel).join(", "),
    );
  });
}

type Choice = ReturnType<typeof chooseChannels>[number];

function splitFile(of: readonly SourceTrajectory[], split: string): readonly SourceTrajectory[] {
  const tenth = Math.max(1, Math.floor(of.length / 10));
  if (split === "test") return of.slice(0, tenth);
  if (split === "validation") return of.slice(tenth, 2 * tenth);
  return of.slice(2 * tenth);
}

function chooseTrajectories(
  { trajectories, split: named, path }: DataSource,
  { split, trajectories: numbers }: OpenDataOptions,
): readonly SourceTrajectory[] {
  if (split !== undefined && named !== null && named !== split) {
    throw wrongOption(`${path} is the ${named} split, not ${split}`, named);
  }
  let chosen = trajectories;
  if (split !== undefined && named === null) {
    const files = [...new Set(trajectories.map((one) => one.path))];
    // Where every trajectory has a folder of its own, they are divided together.
    const groups =
      files.length === trajectories.length
        ? [trajectories]
        : files.map((file) => trajectories.filter((one) => one.path === file));
    chosen = groups.flatMap((group) => splitFile(group, split));
  }
  if (chosen.length === 0) {
    throw new DataError({
      problem: `${path} has ${trajectories.length} trajectories, which leaves none for ${split}`,
      expected: "at least three for three splits",
      remedy: "open it without a split, or use more data",
    });
  }
  return (numbers ?? chosen.map((_, index) => index)).map((number) => {
    const found = chosen[number];
    if (found !== undefined) return found;
    throw wrongOption(`there is no trajectory ${number}`, `0 … ${chosen.length - 1}`);
  });
}

function chooseFrames(trajectories: readonly SourceTrajectory[], options: OpenDataOptions) {
  const { frames, timeStride = 1 } = options;
  if (!Number.isSafeInteger(timeStride) || timeStride < 1) {
    throw wrongOption(`a time stride of ${timeStride}`, "a whole number of at least 1");
  }
  const [first] = trajectories as [SourceTrajectory];
  const wanted = frames ?? first.frames;
  const other = trajectories.find((one) =>
    frames === undefined ? one.frames !== wanted : one.frames < wanted,
  );
  if (other !== undefined || !(wanted >= 1)) {
    throw new DataError({
      problem: `${other?.path ?? first.path} has trajectories of ${other?.frames ?? first.frames} frames`,
      expected: `${wanted} in each, as ${frames === undefined ? first.path : "the option"} has`,
      remedy: "give the option frames the number that all have",
    });
  }
  return { frames: Math.ceil(wanted / timeStride), timeStride };
}

/** The frame interval of all trajectories, or the mean where they differ. */
function frameIntervalsOf(
  trajectories: readonly SourceTrajectory[],
  { frameInterval }: OpenDataOptions,
) {
  const all = trajectories.map((one) => {
    const interval = frameInterval ?? one.frameInterval();
    if (interval !== null && Number.isFinite(interval) && interval > 0) return interval;
    throw wrongOption(
      interval === null
        ? `${one.path} does not say how far its frames are apart`
        : `a frame interval of ${interval}`,
      "the option frameInterval, a positive time",
    );
  });
  const [least, most] = [Math.min(...all), Math.max(...all)];
  const mean = all.reduce((sum, one) => sum + one, 0) / all.length;
  return most - least > 1e-3 * most
    ? { all, common: mean }
    : { all: null, common: all[0] as number };
}

/** Puts the components of a field where they belong in `out`, and checks that each value is finite. */
function place(
  values: FieldValues,
  components: readonly { readonly component: number; readonly at: number }[],
  {
    out,
    size,
    channels,
    path,
  }: { out: Float32Array; size: number; channels: number; path: string },
): void {
  const { data, componentsFirst, where } = values;
  const points = out.length / channels;
  if (data.length !== points * size) {
    throw unusable(`${path}: ${where} has ${data.length} values`, `${points * size}`);
  }
  for (const { component, at } of components) {
    const [start, step] = componentsFirst ? [component * points, 1] : [component, size];
    for (let i = 0; i < points; i++) {
      const value = data[start + i * step] as number;
      if (!Number.isFinite(value)) {
        throw unusable(
          `${path}: ${where} is ${value} at position ${start + i * step}`,
          "finite values",
        );
      }
      out[i * channels + at] = value;
    }
  }
}

async function readFrame(
  trajectory: SourceTrajectory,
  frame: number,
  choices: readonly Choice[],
  points: number,
): Promise<Float32Array> {
  const out = new Float32Array(points * choices.length);
  for (const field of new Set(choices.map((choice) => choice.field))) {
    const components = choices.flatMap(({ field: of, component }, at) =>
      of === field ? [{ component, at }] : [],
    );
    place(await trajectory.read(field, frame), components, {
      out,
      size: field.channels.length,
      channels: choices.length,
      path: trajectory.path,
    });
  }
  return out;
}

function gridOf(source: DataSource, { extent, boundary }: OpenDataOptions): Grid {
  const { shape } = source;
  const known = boundary ?? source.boundary;
  if (known === null) {
    throw wrongOption(
      `${source.path} does not say what happens at its boundaries`,
      `the option boundary, ${shape.length} times "periodic" or "wall"`,
    );
  }
  const lengths = extent ?? source.extent();
  if (lengths === null) {
    throw wrongOption(
      `${source.path} does not say how long its axes are`,
      `the option extent, ${shape.length} lengths`,
    );
  }
  const grid = { shape, extent: lengths, boundary: known };
  if (grid.extent.length === shape.length && grid.boundary.length === shape.length) {
    if (grid.extent.every((length) => Number.isFinite(length) && length > 0)) return grid;
  }
  throw wrongOption(
    `extent [${grid.extent.join(", ")}] and boundary [${grid.boundary.join(", ")}] for ${shape.length} axes`,
    "one positive length and one boundary per axis",
  );
}

/** The layout of all channels of the files. */
function layoutOf(fields: readonly SourceField[], grid: Grid): FieldLayout {
  const axes = grid.shape.map((_, axis) => axis);
  const ofOrder = (order: SourceField["order"]) =>
    fields.filter((field) => field.order === order).map(({ channels }) => channels);
  return {
    grid,
    channels: fields.flatMap(({ channels }) => channels),
    vectors: ofOrder(1).map((channels) => ({ channels, axes })),
    tensors: ofOrder(2).map((channels) => ({
      channels: axes.map((i) => channels.slice(i * axes.length, (i + 1) * axes.length)),
      axes,
    })),
    undirected: ofOrder(null),
  };
}

/** The parameters that the files give for every one of these trajectories, a list per name. */
function parametersOf(
  all: readonly Readonly<Record<string, number>>[],
): Record<string, readonly number[]> {
  const names = Object.keys(all[0] ?? {}).filter((name) => all.every((own) => name in own));
  return Object.fromEntries(names.map((name) => [name, all.map((own) => own[name] as number)]));
}

/**
 * A store over files of another format. Values are read when they are asked for, and checked then.
 *
 * @throws ArgumentError for options that do not fit the files, DataError for files that do not fit together.
 */
export function openSource(source: DataSource, options: OpenDataOptions): TrajectoryStore {
  const choices = chooseChannels(source.fields, options.channels);
  const channels = choices.map(({ channel }) => channel);
  const chosen = chooseTrajectories(source, options);
  const { frames, timeStride } = chooseFrames(chosen, options);
  const intervals = frameIntervalsOf(chosen, options);
  const grid = gridOf(source, options);
  const parameters = {
    ...parametersOf(chosen.map((one) => one.parameters)),
    ...(intervals.all && {
      frameInterval: intervals.all.map((interval) => interval * timeStride),
    }),
  };
  const points = grid.shape.reduce((product, length) => product * length, 1);
  const description: StoreDescription = {
    experiment: source.name,
    split: source.split ?? options.split ?? "all",
    ...observeLayout(layoutOf(source.fields, grid), [{ kind: "fields", channels }]),
    frameInterval: intervals.common * timeStride,
    frames,
    trajectories: chosen.length,
    ...(Object.keys(parameters).length > 0 && { parameters }),
    recipe: { format: source.format, path: source.path, notes: source.notes },
    seed: 0,
    observation: [],
  };
  const { statistics } = source;
  const positions = channels.map((name) => statistics?.channels.indexOf(name) ?? -1);
  return {
    description,
    trajectories: chosen.length,
    normalisation:
      statistics === null || positions.includes(-1)
        ? null
        : {
            channels,
            mean: positions.map((position) => statistics.mean[position] as number),
            std: positions.map((position) => statistics.std[position] as number),
          },
    readFrames: frameReader({
      path: source.path,
      trajectories: chosen.length,
      frames,
      decode: (trajectory, frame) =>
        readFrame(chosen[trajectory] as SourceTrajectory, frame * timeStride, choices, points),
    }),
  };
}
