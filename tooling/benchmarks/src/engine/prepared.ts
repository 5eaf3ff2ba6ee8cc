/** A work that is ready to be done. */
export interface Prepared {
  /** Does it once, to the very end: its result is in memory when this is. */
  run(): Promise<void>;
  /** Done after each run, outside its time. */
  between?(): Promise<void>;
  readonly difference: number | null;
  /** What it counts besides, by name with unit. */
  figures?(): Readonly<Record<string, number>>;
}
