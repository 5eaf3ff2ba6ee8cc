import type { Normalisation } from "@eddyflow/core";
import type { StoreDescription } from "./description.ts";
import type { ReadCounts } from "./frame-files.ts";

/** A complete store of trajectories, all of one shape. */
export interface TrajectoryStore {
  readonly description: StoreDescription;
  readonly trajectories: number;
  /** Measured on this store's own values; null where it was not. Networks use that of the training split. */
  readonly normalisation: Normalisation | null;
  /** The folder that other threads can read the frames from; absent where only this store can read them. */
  readonly dir?: string;
  /** How much `readFrames` has read from files so far; absent where it reads none. */
  readonly counts?: Readonly<ReadCounts>;
  /** How many trajectories each split has, where this one was cut out of files that name none. */
  readonly splits?: Readonly<Record<"train" | "validation" | "test", number>>;
  /**
   * Frames first … first + count − 1 of a trajectory, `[time, ...space, channel]` in physical units.
   *
   * @throws ArgumentError for frames that the trajectory does not have.
   * @throws DataError for a file that was cut short or removed since the store was opened, or that holds
   *   values that are not finite.
   */
  readFrames(trajectory: number, first: number, count: number): Promise<Float32Array>;
}
