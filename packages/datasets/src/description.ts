import { DataError } from "@eddyflow/core";
import {
  isCount,
  isGrid,
  isPositive,
  isRecord,
  isText,
  isWhole,
  listOf,
  wrongAttribute,
} from "./attribute-checks.ts";
import type { FieldLayout } from "./layout.ts";
import type { Observation } from "./observe.ts";
import { readableVersions, storeFormat } from "./zarr-files.ts";

/** Plain data, as JSON holds them. */
export type Json =
  | null
  | boolean
  | number
  | string
  | readonly Json[]
  | { readonly [key: string]: Json };

/**
 * What a trajectory store holds and how it was made; kept as attributes of its root group. Grid, channels,
 * vectors and tensors are those of the states as they are stored, after observation.
 */
export interface StoreDescription extends FieldLayout {
  readonly experiment: string;
  readonly split: string;
  /** Physical time between two frames. */
  readonly frameInterval: number;
  /** Frames of each trajectory; of the longest where they differ. */
  readonly frames: number;
  /** Where trajectories differ in length: the frames of each, the largest of which is `frames`. */
  readonly lengths?: readonly number[];
  /** Trajectories of the complete store. */
  readonly trajectories: number;
  /**
   * What stays the same along a trajectory and may differ between trajectories, such as a Reynolds number or a
   * viscosity: a list per name, with one finite number per trajectory.
   */
  readonly parameters?: Readonly<Record<string, readonly number[]>>;
  /** How the data were made, in full. */
  readonly recipe: Json;
  readonly seed: number;
  readonly observation: Observation;
}

const isSizes = (value: unknown) => isCount(value) || listOf(isCount)(value);

const stepChecks: Readonly<Record<string, Readonly<Record<string, (value: unknown) => boolean>>>> =
  {
    fields: { channels: listOf(isText) },
    stride: { pointStride: isSizes },
    average: { points: isSizes },
    slice: { axis: isWhole, at: Number.isFinite },
    crop: { axis: isWhole, from: isWhole, to: isCount },
  };

const isObservationStep = (value: unknown) => {
  if (!isRecord(value)) return false;
  const fields = Object.hasOwn(stepChecks, String(value["kind"]))
    ? stepChecks[String(value["kind"])]
    : undefined;
  return fields !== undefined && Object.entries(fields).every(([name, is]) => is(value[name]));
};

const isObservation = (value: unknown) =>
  Array.isArray(value)
    ? value.every(isObservationStep)
    : isRecord(value) && isCount(value["pointStride"]);

const isVector = (value: unknown) => {
  if (!isRecord(value)) return false;
  const { channels, axes } = value;
  return (
    listOf(isText)(channels) &&
    listOf((axis) => axis === null || isWhole(axis))(axes) &&
    (channels as unknown[]).length === (axes as unknown[]).length
  );
};

const isTensor = (value: unknown) => {
  if (!isRecord(value)) return false;
  const { channels, axes } = value;
  return (
    listOf((axis) => axis === null || isWhole(axis))(axes) &&
    listOf(listOf((name) => name === null || isText(name)))(channels) &&
    [channels as unknown[], ...(channels as unknown[][])].every(
      (list) => list.length === (axes as unknown[]).length,
    )
  );
};

const optional = (check: (value: unknown) => boolean) => (value: unknown) =>
  value === undefined || (Array.isArray(value) && value.every(check));

const isParameters = (value: unknown) =>
  value === undefined || (isRecord(value) && Object.values(value).every(Array.isArray));

/** What each attribute must be. */
export const storeChecks: Readonly<Record<keyof StoreDescription, (value: unknown) => boolean>> = {
  experiment: isText,
  split: isText,
  channels: listOf(isText),
  grid: isGrid,
  vectors: optional(isVector),
  tensors: optional(isTensor),
  undirected: optional(listOf(isText)),
  frameInterval: isPositive,
  frames: isCount,
  lengths: (value) => value === undefined || listOf(isCount)(value),
  trajectories: isCount,
  parameters: isParameters,
  recipe: (value) => value !== undefined,
  seed: (value) => Number.isSafeInteger(value),
  observation: isObservation,
};

/** Channels, axes or symmetries in the list that the store cannot have, as an error would say it, or null. */
export function wrongComponents({
  channels,
  grid,
  vectors = [],
  tensors = [],
  undirected = [],
}: FieldLayout): string | null {
  const partly = tensors.find(({ channels: rows }) => {
    const mirrored = rows.every((row, i) =>
      row.every((name, j) => name === (rows[j]?.[i] ?? null)),
    );
    const names = rows.flat().filter((name) => name !== null);
    return !mirrored && new Set(names).size < names.length;
  });
  if (partly !== undefined) {
    return `attribute "tensors" names a channel twice that is not ij and ji of a symmetric tensor`;
  }
  const groups = [
    ...vectors.map((field) => ({ list: "vectors", names: field.channels, axes: field.axes })),
    ...tensors.map((field) => ({
      list: "tensors",
      names: [...new Set(field.channels.flat().filter((name) => name !== null))],
      axes: field.axes,
    })),
    ...undirected.map((names) => ({ list: "undirected", names, axes: [] })),
  ];
  const seen = new Set<string>();
  for (const { list, names, axes } of groups) {
    const problem = (what: string) => `attribute "${list}" names ${what}`;
    for (const name of names) {
      if (!channels.includes(name)) return problem(`the channel "${name}"`);
      if (seen.has(name)) return problem(`the channel "${name}" twice`);
      seen.add(name);
    }
    const axis = axes.find((along) => along !== null && along >= grid.shape.length);
    if (axis !== undefined) return problem(`the axis ${axis}`);
  }
  return null;
}

/** A parameter that has not one finite number per trajectory, in words, or null. */
export function wrongParameter({
  parameters = {},
  trajectories,
}: Pick<StoreDescription, "parameters" | "trajectories">): string | null {
  for (const [name, values] of Object.entries(parameters)) {
    if (values.length !== trajectories) {
      return `the parameter "${name}" has ${values.length} values`;
    }
    const bad = values.findIndex((value) => !Number.isFinite(value));
    if (bad !== -1) return `the parameter "${name}" is ${values[bad]} in trajectory ${bad}`;
  }
  return null;
}

/** Lengths that do not fit the counts of a store, in words, or null. */
export function wrongLengths({
  lengths,
  frames,
  trajectories,
}: Pick<StoreDescription, "lengths" | "frames" | "trajectories">): string | null {
  if (lengths === undefined) return null;
  if (lengths.length !== trajectories) return `there are ${lengths.length} lengths`;
  const longest = lengths.reduce((most, length) => Math.max(most, length), 0);
  return longest === frames ? null : `the longest of the lengths is ${longest}, not ${frames}`;
}

/** The attributes of a store as today's version writes them. */
function upgrade(attributes: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const { version, observation, recipe } = attributes;
  if (version !== 1 && version !== 2) return attributes;
  const rename = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(rename);
    if (!isRecord(value) || !("stride" in value)) return value;
    const { stride, ...rest } = value;
    return { ...rest, pointStride: stride };
  };
  return {
    ...attributes,
    ...("observation" in attributes && { observation: rename(observation) }),
    // The simulator's recipes repeat the observation.
    ...(isRecord(recipe) &&
      "observation" in recipe && {
        recipe: { ...recipe, observation: rename(recipe["observation"]) },
      }),
  };
}

/**
 * Reads a description from the attributes of a root group. Keys of older versions get their names of today.
 *
 * @throws DataError for a store of a version to come, or naming the first attribute that is absent or cannot be
 *   used.
 */
export function parseDescription(attributes: unknown, dir: string): StoreDescription {
  const found = upgrade(isRecord(attributes) ? attributes : {});
  const { format, version } = found;
  if (format === storeFormat.format && !readableVersions.includes(version as number)) {
    throw new DataError({
      problem: `${dir}/zarr.json: the store is of version ${JSON.stringify(version)}`,
      expected: `a version from ${readableVersions[0]} to ${readableVersions.at(-1)}`,
      remedy: "read it with the release that wrote it, or make the data again",
    });
  }
  const wrong = wrongAttribute(found, storeChecks);
  if (wrong !== null) {
    throw new DataError({
      problem: `${dir}/zarr.json: ${wrong}`,
      expected: "a trajectory store as the simulator writes it",
      remedy: "check the path, or make the data again",
    });
  }
  const description = Object.fromEntries(
    Object.keys(storeChecks).flatMap((name) => (name in found ? [[name, found[name]]] : [])),
  ) as unknown as StoreDescription;
  const components = wrongComponents(description);
  if (components !== null) {
    throw new DataError({
      problem: `${dir}/zarr.json: ${components}`,
      expected: `channels of ${description.channels.join(", ")}, each in one field, and axes of the grid`,
      remedy: "correct the attribute, or make the data again",
    });
  }
  const length = wrongLengths(description);
  if (length !== null) {
    throw new DataError({
      problem: `${dir}/zarr.json: ${length}`,
      expected: `a length for each of ${description.trajectories} trajectories, ${description.frames} at most`,
      remedy: "correct the attribute, or make the data again",
    });
  }
  const parameter = wrongParameter(description);
  if (parameter === null) return description;
  throw new DataError({
    problem: `${dir}/zarr.json: ${parameter}`,
    expected: `one finite number for each of ${description.trajectories} trajectories`,
    remedy: "correct the attribute, or make the data again",
  });
}

/** The first place where two plain values differ, as a dotted path with both values, or null. */
export function firstDifference(
  left: unknown,
  right: unknown,
  path = "",
): { readonly path: string; readonly left: unknown; readonly right: unknown } | null {
  const bothObjects = typeof left === "object" && typeof right === "object" && left && right;
  if (!bothObjects) return Object.is(left, right) ? null : { path, left, right };
  const [a, b] = [left, right] as Readonly<Record<string, unknown>>[];
  for (const key of new Set([...Object.keys(a ?? {}), ...Object.keys(b ?? {})])) {
    const below = firstDifference(a?.[key], b?.[key], path === "" ? key : `${path}.${key}`);
    if (below !== null) return below;
  }
  return null;
}
