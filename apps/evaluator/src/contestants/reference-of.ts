import { tableaus } from "@eddyflow/samplers/descriptions";
import type { Contestant } from "./contestant.ts";

/** The order of convergence of a Runge–Kutta method; 0 for anything else. */
const orderOf = (sampler: Contestant["sampler"]): number =>
  tableaus.find(({ name }) => name === sampler?.name)?.order ?? 0;

/**
 * The name of the reference among contestants, given that of a contestant or of one of its budgets: the budget with the
 * most network evaluations, and of equally many the Runge–Kutta method of the highest order. Null without a reference.
 */
export function referenceOf(
  contestants: readonly Contestant[],
  asked: string | null,
): string | null {
  const exact = contestants.find(({ name }) => name === asked);
  const [best = exact] = contestants
    .filter(({ group }) => group === asked)
    .toSorted(
      (a, b) =>
        (b.nfePerStep ?? 0) - (a.nfePerStep ?? 0) || orderOf(b.sampler) - orderOf(a.sampler),
    );
  return (best ?? null)?.name ?? null;
}
