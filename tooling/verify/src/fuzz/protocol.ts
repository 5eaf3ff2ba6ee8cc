/** What the child process is asked. */
export type Request =
  /** To write and read a whole file of a kind, in a folder that is empty. */
  | { readonly kind: string; readonly folder: string }
  /** To read a damaged one. */
  | { readonly number: number; readonly seed: number };

/** What came of reading a damaged file. */
export type Outcome =
  /** The same values, other values, or an error of ours. */
  | { readonly what: "same" | "other"; readonly detail?: never }
  | { readonly what: "refused"; readonly detail: string }
  /** Something that must not be. */
  | { readonly what: "wrong"; readonly detail: string };

export interface WholeAnswer {
  readonly bytes: number;
  /** Megabytes that the process has used at most so far. */
  readonly peak: number;
}

export interface DamagedAnswer {
  readonly outcome: Outcome;
  /** Seconds of processor time. */
  readonly seconds: number;
  readonly peak: number;
}
