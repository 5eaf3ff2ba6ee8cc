import { type Boundary, DataError, type EddyflowError, type Normalisation } from "@eddyflow/core";
import type { Json } from "@eddyflow/datasets";

/** A field of a file: one channel, or the components of one vector or tensor. */
export interface SourceField {
  readonly name: string;
  readonly channels: readonly string[];
  /**
   * 0: each channel is a scalar. 1: a vector with one component along each axis, in the order of the axes.
   * 2: a tensor of rank 2 along the axes, row by row. Null: components whose directions the files do not say.
   */
  readonly order: 0 | 1 | 2 | null;
  /** Whether it belongs to the state; other fields are read where they are asked for. */
  readonly state: boolean;
}

/** The values of one field in one frame, as they lie in the file. */
export interface FieldValues {
  readonly data: ArrayLike<number>;
  /** `[component, ...space]` where true, `[...space, component]` otherwise. */
  readonly componentsFirst: boolean;
  /** The dataset and the index in it, named where a value is not finite. */
  readonly where: string;
}

/** One trajectory of one file or folder. */
export interface SourceTrajectory {
  /** The file or folder, named in errors. */
  readonly path: string;
  readonly frames: number;
  /** Looked up when it is needed; null where the files do not say it. @throws DataError where the times are not even. */
  frameInterval(): number | null | Promise<number | null>;
  /** What the files say of the whole trajectory, such as a Reynolds number. */
  readonly parameters: Readonly<Record<string, number>>;
  read(field: SourceField, frame: number): FieldValues | Promise<FieldValues>;
}

/** Everything that a reader finds out about its files; `openSource` turns it into a store. */
export interface DataSource {
  readonly format: string;
  readonly name: string;
  readonly path: string;
  readonly shape: readonly number[];
  /** Length of the box, n times the spacing; null where the files do not say it. @throws DataError where the coordinates are not even. */
  extent(): readonly number[] | null | Promise<readonly number[] | null>;
  /** Null where the files do not say it. */
  readonly boundary: readonly Boundary[] | null;
  readonly fields: readonly SourceField[];
  readonly trajectories: readonly SourceTrajectory[];
  /** The split that the files themselves name; null where splits are to be cut out of them. */
  readonly split: string | null;
  /** Statistics that came with the files, per channel; only the fields of the state must have them. */
  readonly statistics: Normalisation | null;
  /** What else the files say about themselves. */
  readonly notes: Json;
}

/** The error for a file that does not hold what its format says. */
export const unusable = (problem: string, expected: string, cause?: unknown): DataError =>
  new DataError({
    problem,
    expected,
    remedy: "get the file again, or check how it was made",
    ...(cause === undefined ? {} : { cause }),
  });

const numbersSuchAs = "numbers, such as";

/** The error for an array of texts, records or anything else. */
export const notNumbers = (what: string, type: string, example = "float32"): DataError =>
  unusable(`${what} is of type ${type}`, `${numbersSuchAs} ${example}`);

/** Whether an array was refused for its type alone: it may stand whole beside fields. */
export const isNotNumbers = ({ expected }: EddyflowError): boolean =>
  expected.startsWith(numbersSuchAs);

/**
 * The spacing of a coordinate, (x[n − 1] − x[0]) / (n − 1).
 *
 * @param tolerance - how far single steps may be from it, relative; float32 coordinates are not exact.
 * @throws DataError where it does not grow, or not evenly.
 */
export function spacingOf(values: ArrayLike<number>, where: string, tolerance = 0.01): number {
  const n = values.length;
  const [first, last] = [Number(values[0]), Number(values[n - 1])];
  const spacing = (last - first) / (n - 1);
  for (let i = 1; i < n; i++) {
    const step = Number(values[i]) - Number(values[i - 1]);
    const slack = tolerance * spacing + 1e-6 * Math.max(Math.abs(first), Math.abs(last));
    if (spacing > 0 && Math.abs(step - spacing) <= slack) continue;
    throw unusable(
      `${where}: from index ${i - 1} to ${i} it goes from ${values[i - 1]} to ${values[i]}`,
      `even steps upwards${spacing > 0 ? ` of ${spacing}` : ""}`,
    );
  }
  if (n > 1) return spacing;
  throw unusable(`${where} has ${n} value${n === 1 ? "" : "s"}`, "at least two, evenly spaced");
}
