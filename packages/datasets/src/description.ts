import { DataError, type Grid } from "@eddyflow/core";
import type { Observation } from "./observe.ts";
import { storeFormat } from "./zarr-files.ts";

/** Plain data, as JSON holds them. */
export type Json =
  | null
  | boolean
  | number
  | string
  | readonly Json[]
  | { readonly [key: string]: Json };

/** What a trajectory store holds and how it was made; kept as attributes of its root group. */
export interface StoreDescription {
  readonly experiment: string;
  readonly split: string;
  readonly channels: readonly string[];
  /**
   * Channels that are the components of one vector, which share a deviation and turn with the axes: for each
   * spatial axis, in array order, the channel of the component along it. vx, vy on [y, x] are [1, 0].
   */
  readonly vectors?: readonly (readonly number[])[];
  /** The grid of the states as they are stored, after observation. */
  readonly grid: Grid;
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

const isVectors = listOf(listOf((entry) => Number.isSafeInteger(entry) && (entry as number) >= 0));

const checks: Readonly<Record<keyof StoreDescription, (value: unknown) => boolean>> = {
  experiment: isText,
  split: isText,
  channels: listOf(isText),
  vectors: (value) => value === undefined || isVectors(value),
  grid: isGrid,
  frameInterval: isPositive,
  frames: isCount,
  trajectories: isCount,
  recipe: (value) => value !== undefined,
  seed: (value) => Number.isSafeInteger(value),
  observation: (value) => isRecord(value) && isCount(value["stride"]),
};

/**
 * Reads a description from the attributes of a root group.
 *
 * @throws DataError naming the first attribute that is absent or not of its kind.
 */
export function parseDescription(attributes: unknown, dir: string): StoreDescription {
  const found = isRecord(attributes) ? attributes : {};
  const { format, version } = found;
  if (format === storeFormat.format && version !== storeFormat.version) {
    throw new DataError({
      problem: `${dir}/zarr.json: a trajectory store of version ${version}`,
      expected: `version ${storeFormat.version}`,
      remedy: "make the data again, or read it with the version of this package that wrote it",
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
  return Object.fromEntries(
    Object.keys(checks)
      .filter((name) => name in found)
      .map((name) => [name, found[name]]),
  ) as unknown as StoreDescription;
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
