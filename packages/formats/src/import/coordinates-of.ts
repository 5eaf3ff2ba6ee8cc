import type { FoundArray } from "../find-arrays.ts";
import { spacingOf } from "../source.ts";
import type { AxisRole } from "./import-options.ts";
import { roleOf } from "./name-axes.ts";

/** What the small arrays of a file say of the large ones. */
export interface Coordinates {
  /** The places along an axis, by its role. */
  readonly along: Readonly<Partial<Record<AxisRole, ArrayLike<number>>>>;
  /** Single numbers, such as a step of time or a viscosity. */
  readonly numbers: Readonly<Record<string, number>>;
  /** Lists that are no coordinates: numbers of each trajectory, if there are as many. */
  readonly lists: Readonly<Record<string, readonly number[]>>;
}

const lastPart = (name: string): string => name.split("/").at(-1) ?? name;

/** Reads the arrays of one axis or none. @throws DataError where one cannot be read. */
export async function coordinatesOf(found: readonly FoundArray[]): Promise<Coordinates> {
  const along: Partial<Record<AxisRole, ArrayLike<number>>> = {};
  const numbers: Record<string, number> = {};
  const lists: Record<string, readonly number[]> = {};
  for (const { name, array } of found) {
    if (array === null || array.shape.length > 1) continue;
    const plain = lastPart(name);
    const values = Array.from(await array.read(), Number);
    const role = roleOf(plain);
    if (array.shape.length === 0 || values.length === 1) numbers[plain] = values[0] as number;
    else if (role !== null && role !== "trajectory" && role !== "channel") along[role] ??= values;
    else if (role === null) lists[plain] = values;
  }
  return { along, numbers, lists };
}

/** Names of the time between two frames. */
export const stepNames: readonly string[] = ["dt", "delta_t", "frame_interval", "frameInterval"];

/**
 * The time between two frames that a file says: by a number, or by the times of its frames, of which there may be one more.
 *
 * @throws DataError for times that are not even.
 */
export function stepOf(
  { along, numbers }: Coordinates,
  frames: number,
  where: string,
): number | null {
  const said = stepNames.map((name) => numbers[name]).find((value) => value !== undefined);
  if (said !== undefined && said > 0) return said;
  const times = along.time;
  if (times === undefined || frames < 2) return null;
  if (times.length !== frames && times.length !== frames + 1) return null;
  return spacingOf(Array.from(times).slice(0, frames), `${where}: the time`);
}

/**
 * The length of the box along each axis, n times the spacing of its n points.
 *
 * @returns null where not all of them are said.
 * @throws DataError for points that are not even.
 */
export function extentOf(
  { along }: Coordinates,
  axes: readonly AxisRole[],
  shape: readonly number[],
  where: string,
): readonly number[] | null {
  const lengths = axes.map((axis, k) => {
    const points = along[axis];
    const n = shape[k] as number;
    if (points === undefined || points.length !== n || n < 2) return null;
    return spacingOf(points, `${where}: ${axis}`) * n;
  });
  return lengths.every((length) => length !== null) ? lengths : null;
}
