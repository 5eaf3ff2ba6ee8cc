import type { Precision } from "@eddyflow/core";

/** Where works are made, and in what. */
export interface Place {
  /** Of the checkout. */
  readonly root: string;
  /** Folder of data, trainings and evaluations, relative to the root. */
  readonly out: string;
  /** Of trainings: float32 without it. */
  readonly precision?: Precision;
}
