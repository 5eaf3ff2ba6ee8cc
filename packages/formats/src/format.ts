import type { TrajectoryStore } from "@eddyflow/datasets";
import type { OpenDataOptions } from "./open-data-options.ts";
import type { Place } from "./place.ts";

/** What may be watched and stopped while a file is written. */
export interface WriteOptions {
  /** Stops between two frames; nothing is left of the file then. */
  readonly signal?: AbortSignal;
  readonly onFrame?: () => void;
}

/** A format of files: a value in a file of its own, found in the list `formats`. */
export interface Format {
  readonly name: string;
  /** One line: what a path of this format is. */
  readonly about: string;
  /** Whether the files at a place are of this format, by what they hold. Formats are asked in the order of the list. */
  recognises(place: Place, options: OpenDataOptions): boolean | Promise<boolean>;
  /**
   * Opens the files as a store. Values stay on disk until they are asked for.
   *
   * @throws DataError naming file, dataset and index of what cannot be used, ArgumentError for options that do
   *   not fit the files.
   */
  open(place: Place, options: OpenDataOptions): Promise<TrajectoryStore>;
  /**
   * Writes a store below a folder, where this format can be written.
   *
   * @returns the path of the file.
   */
  write?(store: TrajectoryStore, base: string, options?: WriteOptions): Promise<string>;
}
