import type { Key } from "@eddyflow/core";

/**
 * What kind of thing a contestant is: a trained model, the solver that made the data, or a baseline, which is a
 * forecast without any skill of its own (persistence, climatology).
 */
export type ContestantKind = "model" | "solver" | "baseline";

/** How a model is sampled: the name of a tableau, "flow" or "direct", and the number of steps from noise to data. */
export interface Sampling {
  readonly name: string;
  readonly steps: number;
}

/** Something that forecasts: a trained model, the solver or a baseline. States are in physical units. */
export interface Contestant {
  /** Of a contestant with several budgets `name@sampler:steps`. Several runs of one contestant have one name. */
  readonly name: string;
  /** What it is called in `--models`: that of all its budgets; its name unless given. */
  readonly group?: string;
  /** Which of several runs that differ in their seed it is, from 0; 0 unless given. */
  readonly run?: number;
  /** The run of the reference that it is compared with, from 0; 0 unless given. */
  readonly referenceRun?: number;
  /** How a model is sampled. */
  readonly sampler?: Sampling;
  /** Whether nobody asked for it: the reference's own weights, run at the students' cost. */
  readonly isAdded?: boolean;
  readonly kind: ContestantKind;
  /** How it makes a step, in words. */
  readonly description: string;
  /** Where a model is run otherwise than it learnt to be: how, in words without a full stop. */
  readonly warning?: string;
  /** Whether it has the reference's own weights and only another sampler: nothing was distilled. */
  readonly undistilled: boolean;
  /** Network evaluations in one step, or null where there is no network. */
  readonly nfePerStep: number | null;
  /** Whether the members of its ensemble differ. If not, one member is made, and scored alone. */
  readonly ensemble: boolean;
  /** How many states it steps at once when its time is taken, or null where there is nothing to time. */
  readonly timedRows: (batch: number) => number | null;
  /** How many states it has to know, the present one included; 1 unless given. */
  readonly history?: number;
  /**
   * Begins forecasts from `rows` states, `[rows, ...space, channel]`. It does not change them.
   *
   * @param known - what there is to know besides; a contestant whose `history` is 1 and that is told no parameters
   *   does without.
   */
  begin(initial: Float32Array, rows: number, known?: Known): Forecast;
  dispose(): void;
}

/** What is known besides the present states. */
export interface Known {
  /** The states before, the oldest first, each `[rows, ...space, channel]`; as many as any contestant needs. */
  readonly earlier: readonly Float32Array[];
  /** The parameters of the trajectory of each row. */
  readonly parameters: Readonly<Record<string, readonly number[]>>;
}

/** Forecasts in progress. */
export interface Forecast {
  /** The states one frame interval later, `[rows, ...space, channel]`. All randomness comes from the key. */
  step(key: Key): Promise<Float32Array>;
  dispose(): void;
}
