import type { Key } from "@eddyflow/core";
import type { ModelEvaluation } from "../measure/evaluation.ts";

/** Something that forecasts: a trained model, the solver, a baseline. States are in physical units. */
export interface Contestant {
  readonly name: string;
  readonly kind: ModelEvaluation["kind"];
  /** How it makes a step, in words. */
  readonly description: string;
  readonly undistilled: boolean;
  readonly nfePerStep: number | null;
  /** Whether members differ: a deterministic forecast is made once and scored as one member. */
  readonly ensemble: boolean;
  /** How many states it steps at once when its time is taken, or null where there is nothing to time. */
  readonly timedRows: (batch: number) => number | null;
  /** Begins forecasts from `rows` states, `[rows, ...space, channel]`, which are not changed. */
  begin(initial: Float32Array, rows: number): Forecast;
  dispose(): void;
}

/** Forecasts in progress. */
export interface Forecast {
  /** The states a frame interval later, `[rows, ...space, channel]`; randomness comes from the key. */
  step(key: Key): Promise<Float32Array>;
  dispose(): void;
}
