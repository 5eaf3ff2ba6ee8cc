import { basename, dirname, join } from "node:path";
import { type Boundary, DataError } from "@eddyflow/core";
import type { Format } from "./format.ts";
import { type Hdf5File, openHdf5, textOf, textsOf } from "./hdf5.ts";
import { needSplit } from "./need-split.ts";
import type { OpenDataOptions } from "./open-data-options.ts";
import { openSource } from "./open-source.ts";
import { lookAt, type Place } from "./place.ts";
import { checkSame, type FileExtent, type FileFacts, sameExtent } from "./same-in-all.ts";
import { exists } from "./size-of.ts";
import {
  type DataSource,
  type FieldValues,
  type SourceField,
  type SourceTrajectory,
  spacingOf,
  unusable,
} from "./source.ts";
import { wellSplit } from "./well-split.ts";
import { readWellStatistics } from "./well-statistics.ts";
import { writeWell } from "./write-well.ts";

const groups = ["t0_fields", "t1_fields", "t2_fields"] as const;

/** A field of one file: which of its axes are stored, and where. */
interface StoredField {
  readonly dataset: string;
  readonly order: number;
  readonly sampleVarying: boolean;
  readonly timeVarying: boolean;
  /** Points along each spatial axis as they are stored; 1 where the field does not vary along it. */
  readonly stored: readonly number[];
  readonly components: number;
}

const flag = async (file: Hdf5File, object: string, name: string): Promise<boolean> => {
  const [value] = (await file.attribute(object, name)) ?? [];
  return Number(value ?? 0) !== 0;
};

const isWell = async (file: Hdf5File): Promise<boolean> =>
  (await file.has("dimensions")) && (await file.has("t0_fields")) && (await file.has("t1_fields"));

/** Checks the shape of a field against what its attributes say, axis by axis. */
async function storedField(
  file: Hdf5File,
  dataset: string,
  order: number,
  { samples, shape }: { samples: number; shape: readonly number[] },
): Promise<StoredField & { readonly frames: number | null }> {
  const sampleVarying = await flag(file, dataset, "sample_varying");
  const timeVarying = await flag(file, dataset, "time_varying");
  const flags = (await file.attribute(dataset, "dim_varying")) ?? [];
  const varying = shape.map((_, axis) => Number(flags[axis] ?? 1) !== 0);
  const all = await file.shape(dataset);
  const components = shape.length ** order;
  const wrong = () =>
    unusable(
      `${file.path}: ${dataset} has the shape [${all.join(", ")}]`,
      `[${[
        ...(sampleVarying ? [samples] : []),
        ...(timeVarying ? ["time"] : []),
        ...shape.map((points, axis) => (varying[axis] ? points : "1 or nothing")),
        ...(order === 0 ? [] : Array.from({ length: order }, () => shape.length)),
      ].join(", ")}]`,
    );
  let rest = all;
  const take = (): number => {
    const [first] = rest;
    if (first === undefined) throw wrong();
    rest = rest.slice(1);
    return first;
  };
  if (sampleVarying && take() !== samples) throw wrong();
  const frames = timeVarying ? take() : null;
  // t2 fields are stored with two trailing axes, or both in one.
  const trailing = rest.slice(-order);
  const product = trailing.reduce((size, length) => size * length, 1);
  const tail = order === 0 ? 0 : product === components ? order : 1;
  if (tail === 1 && rest.at(-1) !== components) throw wrong();
  const space = rest.slice(0, rest.length - tail);
  const numVarying = varying.filter(Boolean).length;
  // An axis along which a field is constant is left out, or kept with one point.
  const kept = space.length === shape.length;
  if (!kept && space.length !== numVarying) throw wrong();
  let next = 0;
  const stored = shape.map((points, axis) => {
    if (!varying[axis] && !kept) return 1;
    const length = space[next++];
    if (length !== points && !(length === 1 && !varying[axis])) throw wrong();
    return length as number;
  });
  return { dataset, order, sampleVarying, timeVarying, stored, components, frames };
}

/** Repeats a field along the axes that were not stored. */
function expand(
  data: ArrayLike<number>,
  stored: readonly number[],
  shape: readonly number[],
  components: number,
): ArrayLike<number> {
  if (stored.every((length, axis) => length === shape[axis])) return data;
  const points = shape.reduce((product, length) => product * length, 1);
  const out = new Float64Array(points * components);
  for (let point = 0; point < points; point++) {
    let [rest, source, pitch] = [point, 0, 1];
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      const length = shape[axis] as number;
      if (stored[axis] === length) source += (rest % length) * pitch;
      pitch *= stored[axis] as number;
      rest = Math.floor(rest / length);
    }
    for (let c = 0; c < components; c++) {
      out[point * components + c] = data[source * components + c] as number;
    }
  }
  return out;
}

/** Names of a field's components as the format's own reader makes them: velocity_x, stress_xy. */
function channelNames(name: string, order: number, axes: readonly string[]): readonly string[] {
  const ends = Array.from({ length: order }).reduce<string[]>(
    (names) => names.flatMap((head) => axes.map((axis) => head + axis)),
    [""],
  );
  return ends.map((end) => (end === "" ? name : `${name}_${end}`));
}

/** Per axis: periodic where all its boundaries are; a wall and an open end are both no continuation. */
async function boundaries(file: Hdf5File, axes: readonly string[]) {
  const found = axes.map((): string[] => []);
  const names = (await file.has("boundary_conditions"))
    ? await file.names("boundary_conditions")
    : [];
  for (const name of names) {
    const object = `boundary_conditions/${name}`;
    const type = ((await textOf(file, object, "bc_type")) ?? "").toUpperCase();
    if (!["WALL", "OPEN", "PERIODIC"].includes(type)) {
      throw unusable(`${file.path}: ${object} has the bc_type "${type}"`, "WALL, OPEN or PERIODIC");
    }
    for (const axis of await textsOf(file, object, "associated_dims")) {
      const at = axes.indexOf(axis);
      if (at === -1)
        throw unusable(`${file.path}: ${object} is of axis "${axis}"`, axes.join(", "));
      found[at]?.push(type);
    }
  }
  return {
    boundary: found.map(
      (types): Boundary =>
        types.length > 0 && types.every((type) => type === "PERIODIC") ? "periodic" : "wall",
    ),
    types: found.map((types) => (types.length === 0 ? "OPEN" : [...new Set(types)].join("+"))),
  };
}

/** Scalars and parameters that hold for the whole of each trajectory. */
async function parametersOf(file: Hdf5File, samples: number): Promise<Record<string, number>[]> {
  const parameters = Array.from({ length: samples }, (): Record<string, number> => ({}));
  for (const name of (await file.attribute("/", "simulation_parameters")) ?? []) {
    const [value] = (await file.attribute("/", String(name))) ?? [];
    if (typeof value === "string") continue;
    if (!Number.isFinite(value)) {
      throw unusable(`${file.path}: the attribute "${name}" is ${value}`, "a finite parameter");
    }
    for (const of of parameters) of[name] = value as number;
  }
  const scalars = (await file.has("scalars")) ? await file.names("scalars") : [];
  for (const name of scalars) {
    const dataset = `scalars/${name}`;
    if (await flag(file, dataset, "time_varying")) continue;
    const values = await file.read(dataset);
    const varying = await flag(file, dataset, "sample_varying");
    if (values.length < (varying ? samples : 1)) {
      throw unusable(`${file.path}: ${dataset} has ${values.length} values`, `${samples}`);
    }
    for (const [sample, of] of parameters.entries()) {
      const at = varying ? sample : 0;
      const value = values[at] as number;
      if (!Number.isFinite(value)) {
        throw unusable(`${file.path}: ${dataset}[${at}] is ${value}`, "finite values");
      }
      of[name] = value;
    }
  }
  return parameters;
}

/** The length of an axis, n times its spacing, which must be the same in all samples and at all times. */
async function lengthOf(file: Hdf5File, name: string, points: number): Promise<number> {
  const dataset = `dimensions/${name}`;
  const where = `${file.path}: ${dataset}`;
  const values = Array.from(await file.read(dataset));
  const spacings = Array.from({ length: values.length / points }, (_, row) =>
    spacingOf(values.slice(row * points, (row + 1) * points), where),
  );
  const first = spacings[0] ?? spacingOf(values, where);
  const other = spacings.findIndex((spacing) => Math.abs(spacing / first - 1) > 1e-3);
  if (other === -1) return first * points;
  throw unusable(`${where} has the spacing ${spacings[other]} in row ${other}`, `${first} in all`);
}

interface OpenWellFile extends FileFacts {
  readonly source: Omit<DataSource, "split" | "statistics" | "extent"> & Pick<FileExtent, "extent">;
}

async function openWellFile(file: Hdf5File): Promise<OpenWellFile> {
  const axes = await textsOf(file, "dimensions", "spatial_dims");
  const shape: number[] = [];
  for (const axis of axes) shape.push((await file.shape(`dimensions/${axis}`)).at(-1) ?? 0);
  const gridType = (await textOf(file, "/", "grid_type")) ?? "cartesian";
  if (gridType !== "cartesian") {
    throw new DataError({
      problem: `${file.path} has the grid_type "${gridType}"`,
      expected: "cartesian: points at even distances along straight axes",
      remedy: "interpolate the fields to such a grid first",
    });
  }
  const samples = Number(((await file.attribute("/", "n_trajectories")) ?? [])[0]);
  if (!Number.isSafeInteger(samples) || samples < 1) {
    throw unusable(`${file.path}: n_trajectories is ${samples}`, "a whole number of at least 1");
  }
  const fields: SourceField[] = [];
  const stored = new Map<string, StoredField>();
  let frames: number | null = null;
  for (const [order, group] of groups.entries()) {
    if (!(await file.has(group))) continue;
    const named = await file.attribute(group, "field_names");
    for (const name of named ?? (await file.names(group))) {
      const field = await storedField(file, `${group}/${name}`, order, { samples, shape });
      if (field.frames !== null && frames !== null && field.frames !== frames) {
        throw unusable(`${file.path}: ${field.dataset} has ${field.frames} frames`, `${frames}`);
      }
      frames = field.frames ?? frames;
      stored.set(String(name), field);
      fields.push({
        name: String(name),
        channels: channelNames(String(name), order, axes),
        order: order as 0 | 1 | 2,
        state: field.timeVarying,
      });
    }
  }
  if (frames === null) throw unusable(`${file.path} has no field that varies in time`, "one");
  const numFrames = frames;
  const { boundary, types } = await boundaries(file, axes);
  const parameters = await parametersOf(file, samples);
  const name = (await textOf(file, "/", "dataset_name")) ?? basename(file.path);

  const read = async (
    sample: number,
    { name }: SourceField,
    frame: number,
  ): Promise<FieldValues> => {
    const field = stored.get(name) as StoredField;
    const at = [...(field.sampleVarying ? [sample] : []), ...(field.timeVarying ? [frame] : [])];
    return {
      data: expand(await file.read(field.dataset, at), field.stored, shape, field.components),
      componentsFirst: false,
      where: `${field.dataset}[${at.join(", ")}]`,
    };
  };
  const frameInterval = async (sample: number) => {
    const dataset = "dimensions/time";
    const at = (await file.shape(dataset)).length > 1 ? [sample] : [];
    const times = await file.read(dataset, at);
    if (times.length < numFrames) {
      throw unusable(`${file.path}: ${dataset} has ${times.length} values`, `${numFrames}`);
    }
    return spacingOf(Array.from(times).slice(0, numFrames), `${file.path}: ${dataset}`);
  };
  return {
    path: file.path,
    facts: {
      axes,
      grid: shape,
      boundary,
      fields: fields.map(({ channels }) => channels),
    },
    source: {
      format: "well",
      name,
      path: file.path,
      shape,
      extent: () => Promise.all(axes.map((axis, i) => lengthOf(file, axis, shape[i] as number))),
      boundary,
      fields,
      trajectories: parameters.map(
        (own, sample): SourceTrajectory => ({
          path: file.path,
          frames: numFrames,
          frameInterval: () => frameInterval(sample),
          parameters: own,
          read: (field, frame) => read(sample, field, frame),
        }),
      ),
      notes: {
        axes,
        boundaryTypes: types,
        gridType,
      },
    },
  };
}

/** `stats.yaml` in the folder, or two above it where the folder is one of the splits. */
async function findStatistics(folder: string): Promise<string | null> {
  const inside = join(folder, "stats.yaml");
  if (await exists(inside)) return inside;
  const above = join(folder, "..", "..", "stats.yaml");
  return splitOf(folder) !== null && (await exists(above)) ? above : null;
}

/** The split that a folder is, or null. */
const splitOf = (folder: string): string | null => {
  const found = Object.entries(wellSplit).find(([, name]) => name === basename(folder));
  return found !== undefined && basename(dirname(folder)) === "data" ? found[0] : null;
};

async function sourceOf({ path, names, hdf5Paths }: Place): Promise<DataSource> {
  const files: OpenWellFile[] = [];
  for (const one of hdf5Paths) files.push(await openWellFile(await openHdf5(one)));
  const [first] = files as [OpenWellFile];
  checkSame(files);
  const folder = names === null ? dirname(path) : path;
  const statistics = await findStatistics(folder);
  return {
    ...first.source,
    path: files.length === 1 ? first.path : folder,
    extent: () => sameExtent(files.map((one) => ({ path: one.path, extent: one.source.extent }))),
    trajectories: files.flatMap(({ source }) => source.trajectories),
    split: splitOf(folder),
    statistics:
      statistics === null ? null : await readWellStatistics(statistics, first.source.fields),
  };
}

/** Whether a folder has the splits below it. */
const hasSplits = async ({ path, names }: Place): Promise<boolean> =>
  names?.includes("data") === true && (await exists(join(path, "data", "train")));

/** The folder of the split that is asked for, where there are several. */
async function splitFolder(place: Place, options: OpenDataOptions): Promise<Place> {
  if (!(await hasSplits(place))) return place;
  const split = needSplit(place.path, options);
  const folder = join(place.path, "data", wellSplit[split]);
  const found = (await exists(folder)) ? await lookAt(folder) : null;
  const first = await found?.firstHdf5();
  if (found !== null && first && (await isWell(first))) return found;
  throw unusable(`${folder} holds no HDF5 file of The Well`, `the data of the ${split} split`);
}

/**
 * The Well: HDF5 files of one data set, `<base>/data/<split>/*.hdf5`, with `<base>/stats.yaml`. The path is the
 * base, the folder of a split, or one file.
 *
 * R. Ohana et al., The Well, NeurIPS 2024; https://github.com/PolymathicAI/the_well.
 */
export const theWell: Format = {
  name: "The Well",
  about: "a folder with data/{train,valid,test}, one of these folders, or one of their HDF5 files",
  recognises: async (place) => {
    if (await hasSplits(place)) return true;
    const first = await place.firstHdf5();
    return first !== null && (await isWell(first));
  },
  open: async (place, options) =>
    openSource(await sourceOf(await splitFolder(place, options)), options),
  write: writeWell,
};
