/** A figure with its 95 % interval; null where there is none. */
export interface Figure {
  readonly value: number | null;
  readonly interval: { readonly low: number; readonly high: number } | null;
}

export const notMeasured: Figure = { value: null, interval: null };

/** One contestant at one budget of evaluations, over its seeds. */
export interface Row {
  readonly method: string;
  readonly sampler: string | null;
  /** Network evaluations of a step, counted; null for what has no network. */
  readonly nfe: number | null;
  /** Network evaluations of its training; null for what is not a student. */
  readonly budget: number | null;
  readonly seeds: number;
  /** Between the seeds' distillation errors, with n − 1; null for one seed, or where one has none. */
  readonly deviation: number | null;
  /** By the name of a column. */
  readonly figures: Readonly<Record<string, Figure>>;
  /** The same over those of the study's reference, by paired bootstrap. */
  readonly ratios: Readonly<Record<string, Figure>>;
}
