import { DataError } from "@eddyflow/core";
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
 * What a trajectory store holds and how it was made; kept as attributes of its root group. Grid, channels and
 * vectors are those of the states as they are stored, after observation.
 */
export interface StoreDescription extends FieldLayout {
  readonly experiment: string;
  readonly split: string;
  /** Physical time between two frames. */
  readonly frameInterval: number;
  /** Frames of each trajectory. */
  readonly frames: number;
  /** Trajectories of the complete store. */
  readonly trajectories: number;
  /** How the data were made, in full. */
  readonly recipe: Json;
  readonly seed: number;
  readonly observation: Observation;
  /** Parameters of each trajectory, such as an Atwood number, by name: one value per trajectory of the split. */
  readonly parameters?: Readonly<Record<string, readonly number[]>>;
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const isCount = (value: unknown) => Number.isSafeInteger(value) && (value as number) > 0;
const isPositive = (value: unknown) => Number.isFinite(value) && (value as number) > 0;
const listOf = (check: (entry: unknown) => boolean) => (value: unknown) =>
  Array.isArray(value) && value.length > 0 && value.every(check);
const isText = (value: unknown) => typeof value === "string";

const isGrid = (value: unknown) => {
  if (!isRecord(value)) return false;
  const { shape, extent, boundary } = value;
  return (
    listOf(isCount)(shape) &&
    listOf(isPositive)(extent) &&
    listOf((entry) => entry === "periodic" || entry === "wall")(boundary) &&
    new Set([shape, extent, boundary].map((axes) => (axes as unknown[]).length)).size === 1
  );
};

const isWhole = (value: unknown) => Number.isSafeInteger(value) && (value as number) >= 0;
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

/** An observation as stores have it, with the name that a stride had in older ones. */
function upgradeObservation(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(upgradeObservation);
  if (!isRecord(value) || !("stride" in value)) return value;
  const { stride, ...rest } = value;
  return { ...rest, pointStride: stride };
}

const isVector = (value: unknown) => {
  if (!isRecord(value)) return false;
  const { channels, axes } = value;
  return (
    listOf(isText)(channels) &&
    listOf((axis) => axis === null || isWhole(axis))(axes) &&
    (channels as unknown[]).length === (axes as unknown[]).length
  );
};

const checks: Readonly<Record<keyof StoreDescription, (value: unknown) => boolean>> = {
  experiment: isText,
  split: isText,
  channels: listOf(isText),
  grid: isGrid,
  vectors: (value) => value === undefined || (Array.isArray(value) && value.every(isVector)),
  frameInterval: isPositive,
  frames: isCount,
  trajectories: isCount,
  recipe: (value) => value !== undefined,
  seed: (value) => Number.isSafeInteger(value),
  observation: isObservation,
  parameters: (value) =>
    value === undefined || (isRecord(value) && Object.values(value).every(listOf(Number.isFinite))),
};

/** A vector whose channels or axes the store does not have, in words, or null. */
function foreignVector({ channels, grid, vectors = [] }: FieldLayout): string | null {
  for (const vector of vectors) {
    const channel = vector.channels.find((name) => !channels.includes(name));
    if (channel !== undefined) return `the channel "${channel}"`;
    const axis = vector.axes.find((along) => along !== null && along >= grid.shape.length);
    if (axis !== undefined) return `the axis ${axis}`;
  }
  const names = vectors.flatMap((vector) => vector.channels);
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  return twice === undefined ? null : `the channel "${twice}" twice`;
}

/**
 * Reads a description from the attributes of a root group.
 *
 * @throws DataError for a store of another version, or naming the first attribute that is absent or not of
 * its kind.
 */
export function parseDescription(attributes: unknown, dir: string): StoreDescription {
  const written = isRecord(attributes) ? attributes : {};
  const found =
    "observation" in written
      ? { ...written, observation: upgradeObservation(written["observation"]) }
      : written;
  const { format, version } = found as { format?: unknown; version?: unknown };
  if (format === storeFormat.format && !readableVersions.includes(version as number)) {
    throw new DataError({
      problem: `${dir}/zarr.json: the store is of version ${JSON.stringify(version)}`,
      expected: `version ${readableVersions.join(" or ")}`,
      remedy: "read it with the release that wrote it, or make the data again",
    });
  }
  for (const [name, check] of Object.entries(checks)) {
    if (check(found[name])) continue;
    throw new DataError({
      problem: `${dir}/zarr.json: attribute "${name}" is ${name in found ? "not usable" : "missing"}`,
      expected: "a trajectory store as the simulator writes it",
      remedy: "check the path, or make the data again",
    });
  }
  const description = Object.fromEntries(
    Object.keys(checks).flatMap((name) => (name in found ? [[name, found[name]]] : [])),
  ) as unknown as StoreDescription;
  const foreign = foreignVector(description);
  if (foreign === null) return description;
  throw new DataError({
    problem: `${dir}/zarr.json: attribute "vectors" names ${foreign}`,
    expected: `channels of ${description.channels.join(", ")}, each in one vector, and axes of the grid`,
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
