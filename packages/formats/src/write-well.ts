import { createHash } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { ArgumentError } from "@eddyflow/core";
import {
  type Moments,
  moments,
  refuseLink,
  type StoreDescription,
  shortestFrames,
  type TrajectoryStore,
  writeWhole,
} from "@eddyflow/datasets";
import type { WriteOptions } from "./format.ts";
import { openHdf5, textOf } from "./hdf5.ts";
import { exists } from "./size-of.ts";
import { wellSplit } from "./well-split.ts";
import { type Hdf5Dataset, type Hdf5Group, writeHdf5 } from "./write-hdf5.ts";

/** A field of the file, and where its components lie among the channels; those of a tensor row by row. */
interface WellField {
  readonly name: string;
  readonly order: 0 | 1 | 2;
  readonly components: readonly number[];
}

const notes = { sample_varying: false, time_varying: false } as const;
const sizeOf = (shape: readonly number[]): number => shape.reduce((size, n) => size * n, 1);
/** A slash separates the names in a path. */
const plain = (name: string): string => name.replaceAll("/", "_");

/** Names of the axes in array order: the last letters of the components of vectors, or else z, y, x. */
function axisNames({ grid, vectors = [] }: StoreDescription): readonly string[] {
  const usual = ["z", "y", "x"].slice(3 - grid.shape.length);
  const named = usual.map((_, axis) => {
    for (const { channels, axes } of vectors) {
      const letter = channels[axes.indexOf(axis)]?.at(-1)?.toLowerCase() ?? "";
      if ("xyz".includes(letter) && letter !== "") return letter;
    }
    return "";
  });
  return named.includes("") || new Set(named).size < named.length ? usual : named;
}

const commonStart = (names: readonly string[]): string => {
  const [first = "", ...others] = names;
  const end = [...first].findIndex((letter, i) => others.some((other) => other[i] !== letter));
  return (end === -1 ? first : first.slice(0, end)).replace(/[_ ]+$/u, "");
};

/** Vectors and tensors with all components along the axes are such fields; all other channels are scalar fields. */
function fieldsOf({
  channels,
  grid,
  vectors = [],
  tensors = [],
}: StoreDescription): readonly WellField[] {
  const isWhole = ({ axes }: { readonly axes: readonly (number | null)[] }) =>
    axes.length === grid.shape.length && grid.shape.every((_, axis) => axes.includes(axis));
  const whole = vectors.filter(isWhole);
  const wholeTensors = tensors
    .filter((one) => isWhole(one) && !one.channels.flat().includes(null))
    .map(({ channels: rows, axes }) =>
      grid.shape.flatMap((_, i) =>
        grid.shape.map((__, j) => rows[axes.indexOf(i)]?.[axes.indexOf(j)] as string),
      ),
    );
  const together = [...whole.map((one) => one.channels), ...wholeTensors].flat();
  const scalars = channels.filter((name) => !together.includes(name));
  const nameOf = (names: readonly string[]) => plain(commonStart(names) || names.join("_"));
  return [
    ...scalars.map((name) => ({
      name: plain(name),
      order: 0 as const,
      components: [channels.indexOf(name)],
    })),
    ...whole.map((vector) => ({
      name: nameOf(vector.channels),
      order: 1 as const,
      components: grid.shape.map((_, axis) =>
        channels.indexOf(vector.channels[vector.axes.indexOf(axis)] as string),
      ),
    })),
    ...wholeTensors.map((names) => ({
      name: nameOf([...new Set(names)]),
      order: 2 as const,
      components: names.map((name) => channels.indexOf(name)),
    })),
  ];
}

/** What holds for the whole of a trajectory: its parameters, and the plain numbers of the recipe. */
function scalarsOf({ description, trajectories }: TrajectoryStore) {
  const { recipe, parameters = {} } = description;
  const entries = recipe !== null && typeof recipe === "object" ? Object.entries(recipe) : [];
  const found: Record<string, readonly number[]> = {};
  for (const [name, value] of entries) {
    if (typeof value === "number") found[plain(name)] = new Array(trajectories).fill(value);
  }
  for (const [name, values] of Object.entries(parameters)) {
    if (name !== "frameInterval") found[plain(name)] = values;
  }
  return found;
}

const reserved = [
  "simulation_parameters",
  "dataset_name",
  "grid_type",
  "n_spatial_dims",
  "n_trajectories",
];

/** All of a file but the values of its fields. */
function wellFile(store: TrajectoryStore, lastFrames: string): Hdf5Group {
  const { description, trajectories } = store;
  const { grid, frames, experiment, frameInterval, parameters: own = {} } = description;
  const axes = axisNames(description);
  const scalars = scalarsOf(store);
  const isCommon = (values: readonly number[]) => values.every((value) => value === values[0]);
  const parameters = Object.entries(scalars).filter(
    ([name, values]) => isCommon(values) && !reserved.includes(name),
  );
  const intervals = Array.from(
    { length: trajectories },
    (_, index) => own["frameInterval"]?.[index] ?? frameInterval,
  );
  const varyingTime = !isCommon(intervals);
  const times = (varyingTime ? intervals : intervals.slice(0, 1)).flatMap((interval) =>
    Array.from({ length: frames }, (_, frame) => frame * interval),
  );
  const fields = fieldsOf(description);
  const group = (order: 0 | 1 | 2): Hdf5Group => {
    const members = fields.filter((field) => field.order === order);
    return {
      attributes: { field_names: members.map(({ name }) => name) },
      members: Object.fromEntries(
        members.map(({ name }): [string, Hdf5Dataset] => [
          name,
          {
            attributes: {
              dim_varying: grid.shape.map(() => true),
              sample_varying: true,
              time_varying: true,
            },
            type: "float32",
            shape: [
              trajectories,
              frames,
              ...grid.shape,
              ...new Array<number>(order).fill(grid.shape.length),
            ],
          },
        ]),
      ),
    };
  };
  const line = (values: readonly number[]): Hdf5Dataset => ({
    attributes: notes,
    type: "float32",
    shape: [values.length],
    values,
  });
  return {
    attributes: {
      simulation_parameters: parameters.map(([name]) => name),
      ...Object.fromEntries(parameters.map(([name, values]) => [name, values[0] as number])),
      dataset_name: experiment,
      grid_type: "cartesian",
      n_spatial_dims: BigInt(grid.shape.length),
      n_trajectories: BigInt(trajectories),
      description: JSON.stringify(description),
      last_frames: lastFrames,
    },
    members: {
      dimensions: {
        attributes: { spatial_dims: axes },
        members: {
          time: {
            attributes: { sample_varying: varyingTime, time_varying: true },
            type: "float32",
            shape: varyingTime ? [trajectories, frames] : [frames],
            values: times,
          },
          ...Object.fromEntries(
            axes.map((name, axis) => {
              const [points, length] = [grid.shape[axis] as number, grid.extent[axis] as number];
              const centres = Array.from(
                { length: points },
                (_, i) => ((i + 0.5) * length) / points,
              );
              return [name, line(centres)];
            }),
          ),
        },
      },
      boundary_conditions: {
        attributes: {},
        members: Object.fromEntries(
          axes.map((name, axis): [string, Hdf5Group] => {
            const type = grid.boundary[axis] as string;
            const points = grid.shape[axis] as number;
            return [
              `${name}_${type}`,
              {
                attributes: {
                  associated_dims: [name],
                  associated_fields: [],
                  bc_type: type.toUpperCase(),
                  ...notes,
                },
                members: {
                  mask: {
                    attributes: {},
                    type: "bool",
                    shape: [points],
                    values: Array.from({ length: points }, (_, i) =>
                      i === 0 || i === points - 1 ? 1 : 0,
                    ),
                  },
                },
              },
            ];
          }),
        ),
      },
      scalars: {
        attributes: { field_names: Object.keys(scalars) },
        members: Object.fromEntries(
          Object.entries(scalars).map(([name, values]): [string, Hdf5Dataset] => {
            const common = isCommon(values);
            return [
              name,
              {
                attributes: { sample_varying: !common, time_varying: false },
                type: "float32",
                shape: common ? [] : [trajectories],
                values: common ? values.slice(0, 1) : values,
              },
            ];
          }),
        ),
      },
      t0_fields: group(0),
      t1_fields: group(1),
      t2_fields: group(2),
    },
  };
}

/** YAML 1.1 reads a number with an exponent as a number only where it has a point, as 1.0e-7. */
const yamlNumber = (value: number): string => value.toExponential(16);

/** The format's six statistics: a number per scalar, a list per vector, lists in a list per tensor. A single frame has three. */
function statisticsYaml(fields: readonly WellField[], of: Moments, change: Moments | null) {
  const table = (name: string, values: readonly number[]) => [
    `${name}:`,
    ...fields.map((field) => {
      const own = field.components.map((c) => yamlNumber(values[c] as number));
      const list = (numbers: readonly string[]) => `[${numbers.join(", ")}]`;
      const axes = Math.round(Math.sqrt(own.length));
      const text = {
        0: () => own[0],
        1: () => list(own),
        2: () =>
          list(Array.from({ length: axes }, (_, i) => list(own.slice(i * axes, (i + 1) * axes)))),
      }[field.order]();
      return `  ${JSON.stringify(field.name)}: ${text}`;
    }),
  ];
  const tables = (end: string, { mean, variance }: Moments) => {
    const squares = variance();
    return [
      ...table(`mean${end}`, mean),
      ...table(`std${end}`, squares.map(Math.sqrt)),
      ...table(
        `rms${end}`,
        squares.map((square, c) => Math.sqrt(square + (mean[c] as number) ** 2)),
      ),
    ];
  };
  return [...tables("", of), ...(change === null ? [] : tables("_delta", change)), ""].join("\n");
}

/** A SHA-256 of the last frame of each trajectory, on which all its frames before have an effect. */
async function hashLastFrames({
  description,
  trajectories,
  readFrames,
}: TrajectoryStore): Promise<string> {
  const hash = createHash("sha256");
  for (let trajectory = 0; trajectory < trajectories; trajectory++) {
    const { buffer, byteOffset, byteLength } = await readFrames(
      trajectory,
      description.frames - 1,
      1,
    );
    hash.update(new Uint8Array(buffer, byteOffset, byteLength));
  }
  return hash.digest("hex");
}

/** Whether a file is the one that `writeWell` would write for this store. */
async function isWritten(
  path: string,
  description: StoreDescription,
  lastFrames: string,
): Promise<boolean> {
  if (!(await exists(path))) return false;
  try {
    const file = await openHdf5(path);
    return (
      (await textOf(file, "/", "description")) === JSON.stringify(description) &&
      (await textOf(file, "/", "last_frames")) === lastFrames
    );
  } catch {
    return false;
  }
}

/**
 * Writes a store in The Well's layout: `<base>/data/{train,valid,test}/<experiment>.hdf5` with all trajectories of
 * the split, and for the training split also `<base>/stats.yaml`. One frame at a time is in memory, and only the
 * disk limits the size of a file.
 *
 * Vectors and tensors with all components along the axes are `t1_fields` and `t2_fields`, with their components
 * in the order of the axes. The beginning that the names of their channels share is their name. All other
 * channels are `t0_fields`. Coordinates are cell centres. Parameters of the trajectories and plain numbers of the
 * recipe are `scalars`. The root attribute `description` keeps the description of the store.
 *
 * Each file appears when it is complete, `stats.yaml` before the training file. A file that is there for the same
 * description and the same last frame of each trajectory is kept; any other is made anew.
 *
 * R. Ohana et al., The Well, NeurIPS 2024; https://polymathic-ai.org/the_well/data_format.
 *
 * @returns the path of the HDF5 file.
 * @throws ArgumentError for a store that is no split, DataError as `readFrames` does, StorageError where a folder to write
 *   into is a symbolic link, the signal's reason.
 */
export async function writeWell(
  store: TrajectoryStore,
  base: string,
  { signal, onFrame }: WriteOptions = {},
): Promise<string> {
  const { description, trajectories } = store;
  const { split, frames, channels, experiment, grid } = description;
  if (!Object.hasOwn(wellSplit, split)) {
    throw new ArgumentError({
      problem: `The Well has no folder for the split "${split}"`,
      expected: Object.keys(wellSplit).join(", "),
      remedy: "open the data with the option split",
    });
  }
  if (description.lengths !== undefined) {
    throw new ArgumentError({
      problem: `trajectories of ${shortestFrames(description)} to ${frames} frames do not fit into one array`,
      expected: "trajectories of one length, as The Well has them",
      remedy: "open the data with the option frames, or write a store of each length",
    });
  }
  const name = experiment.replace(/[^\w.-]+/gu, "_").replace(/^\.+/u, "_");
  const folder = wellSplit[split as keyof typeof wellSplit];
  const path = join(base, "data", folder, `${name}.hdf5`);
  const statistics = join(base, "stats.yaml");
  const isTraining = split === "train";
  for (const part of ["data", join("data", folder)]) await refuseLink(join(base, part));
  const last = await hashLastFrames(store);
  if (await isWritten(path, description, last)) {
    if (!isTraining || (await exists(statistics))) return path;
  }
  const fields = fieldsOf(description);
  const points = sizeOf(grid.shape);
  const [ofValues, ofChanges] = [moments(channels.length), moments(channels.length)];
  const change = new Float64Array(points * channels.length);
  await writeHdf5(path, wellFile(store, last), async (write) => {
    for (let trajectory = 0; trajectory < trajectories; trajectory++) {
      let before: Float32Array | null = null;
      for (let frame = 0; frame < frames; frame++) {
        signal?.throwIfAborted();
        const values = await store.readFrames(trajectory, frame, 1);
        for (const { name: field, order, components } of fields) {
          const size = components.length;
          const own = new Float32Array(points * size);
          for (const [k, c] of components.entries()) {
            for (let i = 0; i < points; i++) {
              own[i * size + k] = values[i * channels.length + c] as number;
            }
          }
          const from = (trajectory * frames + frame) * own.length;
          await write(`t${order}_fields/${field}`, from, own);
        }
        if (isTraining) {
          ofValues.add(values);
          if (before !== null) {
            for (let i = 0; i < change.length; i++) {
              change[i] = (values[i] as number) - (before[i] as number);
            }
            ofChanges.add(change);
          }
          before = values;
        }
        onFrame?.();
      }
    }
    if (!isTraining) return;
    const text = statisticsYaml(fields, ofValues, frames > 1 ? ofChanges : null);
    await writeWhole(statistics, (partial) => writeFile(partial, text, { flush: true }));
  });
  return path;
}
