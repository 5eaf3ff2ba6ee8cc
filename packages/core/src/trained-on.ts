/**
 * The steps that a model learnt to make, as plain JSON: what it is good for. A model that knows no such limit, as one
 * trained on points of all flow times, has none.
 */
export interface TrainedOn {
  /** The smallest and the largest increment δ of flow time, 0 < δ ≤ 1. */
  readonly increments: readonly [smallest: number, largest: number];
  /**
   * The increments, where it knows these alone, each from its own multiples; absent where it knows the whole range between
   * the smallest and the largest.
   */
  readonly levels?: readonly number[];
  /**
   * Flow times from 0 to 1, rising, where its steps led from one to the next and nowhere else. Where they are absent a
   * step began anywhere in [0, 1 − δ].
   */
  readonly times?: readonly number[];
  /** The name of the Runge–Kutta method of its steps; absent for a flow map, whose steps are jumps. */
  readonly tableau?: string;
}
