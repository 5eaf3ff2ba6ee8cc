/** A work that is ready to be done. */
export interface Prepared {
  /** Does it once, to the very end: its result is in memory when this is. */
  run(): Promise<void>;
  /** Milliseconds of each of `repeats` runs, where the clock is not this process's. */
  time?(repeats: number): Promise<readonly number[]>;
  /** Done after each run, outside its time. */
  between?(): Promise<void>;
  readonly difference: number | null;
  /** What it counts besides, by name with unit. */
  figures?(): Readonly<Record<string, number>>;
}
