import { DataError, isEddyflowError } from "@eddyflow/core";
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

/**
 * Reads the arrays of one axis or none. One that is no coordinate and has a missing value is all NaN, which no parameter is.
 *
 * @throws DataError where coordinates cannot be read.
 */
export async function coordinatesOf(found: readonly FoundArray[]): Promise<Coordinates> {
  const along: Partial<Record<AxisRole, ArrayLike<number>>> = {};
  const numbers: Record<string, number> = {};
  const lists: Record<string, readonly number[]> = {};
  for (const { name, array } of found) {
    if (array === null || array.shape.length > 1) continue;
    const plain = lastPart(name);
    const role = roleOf(plain);
    const values = await array.read().then(
      (read) => Array.from(read, Number),
      (error: unknown) => {
        if (role !== null || !isEddyflowError(error, "DataError")) throw error;
        return Array<number>(array.shape[0] ?? 1).fill(Number.NaN);
      },
    );
    // A place on an axis of one point is none of the trajectory's numbers.
    const isSingle = array.shape.length === 0 || values.length === 1;
    if (isSingle && role === null) numbers[plain] = values[0] as number;
    else if (isSingle) continue;
    else if (role !== null && role !== "trajectory" && role !== "channel") along[role] ??= values;
    else if (role === null) lists[plain] = values;
  }
  return { along, numbers, lists };
}

/** Names of the time between two frames. */
export const stepNames: readonly string[] = ["dt", "delta_t", "frame_interval", "frameInterval"];

/** The spacing of coordinates, with the flag that says it where they do not. @throws DataError */
function evenSpacing(points: ArrayLike<number>, where: string, flag: string): number {
  try {
    return spacingOf(points, where);
  } catch (error) {
    if (!isEddyflowError(error, "DataError")) throw error;
    const { problem, expected } = error;
    throw new DataError({ problem, expected, remedy: `correct the file, or give ${flag}` });
  }
}

/**
 * The time between two frames that a file says: by a number, or by the times of its frames, of which there may be one more.
 *
 * @throws DataError for times that are not even, or another step than the number: that of a solver may be meant by it.
 */
export function stepOf(
  { along, numbers }: Coordinates,
  frames: number,
  where: string,
): number | null {
  const refuse = (problem: string, expected: string): DataError =>
    new DataError({ problem: `${where}: ${problem}`, expected, remedy: "give --dt" });
  const name = stepNames.find((one) => numbers[one] !== undefined);
  const said = name === undefined ? null : (numbers[name] as number);
  if (said !== null && !(said > 0 && Number.isFinite(said))) {
    throw refuse(`${name} is ${said}`, "a positive time between two frames");
  }
  const times = along.time;
  const isOfFrames = times?.length === frames || times?.length === frames + 1;
  if (times === undefined || frames < 2 || !isOfFrames) return said;
  const spacing = evenSpacing(Array.from(times).slice(0, frames), `${where}: the time`, "--dt");
  if (said === null || Math.abs(spacing - said) <= 0.01 * said) return said ?? spacing;
  throw refuse(`${name} is ${said}, and its frames are ${spacing} apart`, "one time step");
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
    return evenSpacing(points, `${where}: ${axis}`, "--extent") * n;
  });
  return lengths.every((length) => length !== null) ? lengths : null;
}
