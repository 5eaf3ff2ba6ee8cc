import type { Boundary } from "@eddyflow/core";

/** Which part of the files is wanted, and what the files do not say themselves. */
export interface OpenDataOptions {
  /** The channels and their order; the fields that vary in time unless given. */
  readonly channels?: readonly string[];
  /**
   * The part of the data. Where the files do not name their split, all their trajectories are divided together: a tenth
   * is the test split, a tenth the validation split (at least one each), the rest the training split. Each file gives its
   * first trajectories to the test, the next to the validation split.
   */
  readonly split?: "train" | "validation" | "test";
  /** Only these trajectories of the split. */
  readonly trajectories?: readonly number[];
  /** Every n-th frame, from the first one on. */
  readonly timeStride?: number;
  /** This many frames of each trajectory, before the stride; all of them unless given. */
  readonly frames?: number;
  /**
   * Replaces what the files say, or adds what they do not say. Where the frame intervals in the files differ, they are kept
   * as the parameter `frameInterval` of each trajectory.
   */
  readonly frameInterval?: number;
  readonly extent?: readonly number[];
  readonly boundary?: readonly Boundary[];
}
