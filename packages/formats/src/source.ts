import { type Boundary, DataError, type Normalisation } from "@eddyflow/core";
import type { Json } from "../description.ts";

/** A field of a file: one channel, or the components of one vector or tensor. */
export interface SourceField {
  readonly name: string;
  readonly channels: readonly string[];
  /** For a vector the axis of the grid that each component points along, null where it is none or unknown. */
  readonly axes: readonly (number | null)[] | null;
  /** Whether it belongs to the state; the others are read where they are asked for. */
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
  /** Looked up where it is needed; null where the files do not say it. @throws DataError where the times are not even. */
  frameInterval(): number | null;
  readonly constants: Readonly<Record<string, number>>;
  read(field: SourceField, frame: number): FieldValues | Promise<FieldValues>;
}

/** Everything that a reader finds out about its files; `openSource` makes a store of it. */
export interface DataSource {
  readonly format: string;
  readonly name: string;
  readonly path: string;
  readonly shape: readonly number[];
  /** Length of the box, n times the spacing; null where the files do not say it. @throws DataError where the coordinates are not even. */
  extent(): readonly number[] | null;
  /** Null where the files do not say it. */
  readonly boundary: readonly Boundary[] | null;
  readonly fields: readonly SourceField[];
  readonly trajectories: readonly SourceTrajectory[];
  /** The split that the files themselves name, so that none is cut out of them. */
  readonly split: string | null;
  /** Statistics that came with the files, per channel; only the fields of the state need to have them. */
  readonly statistics: Normalisation | null;
  /** What else the files say of themselves. */
  readonly notes: Json;
}

/** The error of a file that does not hold what its format says. */
export const unusable = (problem: string, expected: string, cause?: unknown): DataError =>
  new DataError({
    problem,
    expected,
    remedy: "get the file again, or check how it was made",
    ...(cause === undefined ? {} : { cause }),
  });

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
