/** What is known of a step: what it was thought to take, and what it took once it is over. */
export interface TimedStep {
  readonly expected: number;
  readonly taken: number | null;
}

/** A step that took less than this share of its time had been finished by an earlier run. */
const alreadyDone = 0.2;

/**
 * How much slower this machine is than the one the expectations were measured on, by the steps that it has
 * done so far: Σ taken / Σ expected, or 1 before the first.
 */
export function slowdown(steps: readonly TimedStep[]): number {
  let expected = 0;
  let taken = 0;
  for (const step of steps) {
    if (step.taken === null || step.taken < alreadyDone * step.expected) continue;
    expected += step.expected;
    taken += step.taken;
  }
  return expected === 0 ? 1 : taken / expected;
}

/** Seconds that the steps from `first` on will take. */
export function remainingSeconds(steps: readonly TimedStep[], first: number): number {
  const expected = steps.slice(first).reduce((sum, step) => sum + step.expected, 0);
  return expected * slowdown(steps);
}
