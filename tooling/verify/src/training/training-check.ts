/** One thing that was checked. */
export interface TrainingCheck {
  readonly name: string;
  readonly ok: boolean;
  /** What was counted or measured, in words. */
  readonly figures: string;
  /** What is wrong, a line each. */
  readonly wrong: readonly string[];
}
