import type { SamplerDescription } from "@eddyflow/core";
import { intervalsOf } from "./intervals-of.ts";
import { tableauOf } from "./tableaus/tableaus.ts";

/**
 * NFE, the number of network evaluations that one sample needs: stages × steps for a Runge–Kutta
 * method. A flow map F = x + δ(1 − δ)v + δ²φ needs two in a step with δ < 1, and one where δ = 1.
 *
 * @throws ArgumentError for an unknown tableau, and for fewer than two times.
 */
export function nfeOf(sampler: SamplerDescription): number {
  const intervals = intervalsOf(sampler.times);
  if (sampler.kind === "integrate") return tableauOf(sampler.tableau).b.length * intervals.length;
  return intervals.reduce((sum, [, delta]) => sum + (delta === 1 ? 1 : 2), 0);
}
