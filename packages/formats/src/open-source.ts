import { DataError, type Grid } from "@eddyflow/core";
import {
  type FieldLayout,
  frameReader,
  observeLayout,
  type StoreDescription,
  type TrajectoryStore,
} from "@eddyflow/datasets";
import { chooseTrajectories } from "./choose-trajectories.ts";
import { frameIntervalsOf } from "./frame-intervals.ts";
import type { OpenDataOptions } from "./open-data-options.ts";
import { placeValues } from "./place-values.ts";
import { type DataSource, type SourceField, type SourceTrajectory, unusable } from "./source.ts";
import { wrongOption } from "./wrong-option.ts";

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

function chooseFrames(trajectories: readonly SourceTrajectory[], options: OpenDataOptions) {
  const { frames, timeStride = 1 } = options;
  if (!Number.isSafeInteger(timeStride) || timeStride < 1) {
    throw wrongOption(`a time stride of ${timeStride}`, "a whole number of at least 1");
  }
  const short = trajectories.find((one) => !(one.frames >= (frames ?? 1)));
  if (short !== undefined || !((frames ?? 1) >= 1)) {
    throw new DataError({
      problem: `${(short ?? trajectories[0])?.path} has trajectories of ${(short ?? trajectories[0])?.frames} frames`,
      expected: `at least ${frames ?? 1} in each`,
      remedy: "give the option frames a number that all have",
    });
  }
  const lengths = trajectories.map((one) => Math.ceil((frames ?? one.frames) / timeStride));
  const longest = lengths.reduce((most, length) => Math.max(most, length), 0);
  return {
    frames: longest,
    timeStride,
    ...(lengths.some((length) => length !== longest) && { lengths }),
  };
}

interface FrameRequest {
  readonly trajectory: number;
  readonly frame: number;
  readonly choices: readonly Choice[];
  readonly space: readonly number[];
}

async function readFrame(
  of: SourceTrajectory,
  { trajectory, frame, choices, space }: FrameRequest,
): Promise<Float32Array> {
  const points = space.reduce((product, length) => product * length, 1);
  const channels = choices.map(({ channel }) => channel);
  const out = new Float32Array(points * choices.length);
  for (const field of new Set(choices.map((choice) => choice.field))) {
    const components = choices.flatMap(({ field: own, component }, at) =>
      own === field ? [{ component, at }] : [],
    );
    placeValues(await of.read(field, frame), components, {
      ...{ out, channels, space, trajectory, frame },
      size: field.channels.length,
      path: of.path,
    });
  }
  return out;
}

async function gridOf(source: DataSource, { extent, boundary }: OpenDataOptions): Promise<Grid> {
  const { shape } = source;
  const known = boundary ?? source.boundary;
  if (known === null) {
    throw wrongOption(
      `${source.path} does not say what happens at its boundaries`,
      `the option boundary, ${shape.length} times "periodic" or "wall"`,
    );
  }
  const lengths = extent ?? (await source.extent());
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

/**
 * The parameters of trajectories, a list per name.
 *
 * @throws DataError where one trajectory has a parameter that another does not.
 */
function parametersOf(all: readonly SourceTrajectory[]): Record<string, readonly number[]> {
  const names = new Set(all.flatMap(({ parameters }) => Object.keys(parameters)));
  return Object.fromEntries(
    [...names].map((name) => [
      name,
      all.map(({ parameters, path }, index) => {
        const value = parameters[name];
        if (value !== undefined) return value;
        const other = all.findIndex((one) => name in one.parameters);
        throw unusable(
          `trajectory ${index} (${path}) has no parameter "${name}"`,
          `a number, as trajectory ${other} (${all[other]?.path}) has`,
        );
      }),
    ]),
  );
}

/**
 * A store over files of another format. Values are read when they are asked for, and checked then.
 *
 * @throws ArgumentError for options that do not fit the files, DataError for files that do not fit together.
 */
export async function openSource(
  source: DataSource,
  options: OpenDataOptions,
): Promise<TrajectoryStore> {
  const choices = chooseChannels(source.fields, options.channels);
  const channels = choices.map(({ channel }) => channel);
  const { chosen, splits } = chooseTrajectories(source, options);
  const { frames, lengths, timeStride } = chooseFrames(chosen, options);
  const { common, own } = await frameIntervalsOf(chosen, options);
  const grid = await gridOf(source, options);
  const parameters = {
    ...parametersOf(chosen),
    ...(own && { frameInterval: own.map((interval) => interval * timeStride) }),
  };
  const description: StoreDescription = {
    experiment: source.name,
    split: source.split ?? options.split ?? "all",
    ...observeLayout(layoutOf(source.fields, grid), [{ kind: "fields", channels }]),
    frameInterval: common * timeStride,
    frames,
    ...(lengths && { lengths }),
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
    ...(splits && { splits }),
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
      ...(lengths && { lengths }),
      decode: (trajectory, frame) =>
        readFrame(chosen[trajectory] as SourceTrajectory, {
          trajectory,
          frame: frame * timeStride,
          choices,
          space: grid.shape,
        }),
    }),
  };
}
