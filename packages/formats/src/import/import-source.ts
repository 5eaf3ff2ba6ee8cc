import type { Boundary } from "@eddyflow/core";
import type { Json, TensorField, VectorField } from "@eddyflow/datasets";

export const splits = ["train", "validation", "test"] as const;
export type Split = (typeof splits)[number];

/** A trajectory in some files. */
export interface ImportTrajectory {
  /** Named to a person: the file, and where in it. */
  readonly where: string;
  readonly file: string;
  readonly frames: number;
  readonly parameters: Readonly<Record<string, number>>;
  /** The split that the files name; null where they name none. */
  readonly split: Split | null;
  /** `[time, ...space, channel]`. @throws DataError naming the first value that is not finite. */
  read(first: number, count: number): Promise<Float32Array>;
}

/** What some files hold, and what they say of it. */
export interface ImportSource {
  /** Named where it differs from others. */
  readonly where: string;
  /** Lines that show what was found. */
  readonly found: readonly string[];
  /** What was taken to be so without being said, in sentences. */
  readonly assumed: readonly string[];
  readonly trajectories: readonly ImportTrajectory[];
  readonly channels: readonly string[];
  /** Null where a channel has none. */
  readonly units: readonly (string | null)[];
  readonly axes: readonly string[];
  readonly shape: readonly number[];
  readonly extent: readonly number[] | null;
  readonly boundary: readonly Boundary[] | null;
  readonly dt: number | null;
  /** Null where the files do not say it. */
  readonly vectors: readonly VectorField[] | null;
  readonly tensors: readonly TensorField[];
  readonly undirected: readonly (readonly string[])[];
  readonly notes: Json;
}
