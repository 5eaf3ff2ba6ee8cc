import type { NetworkKind, SamplerDescription } from "@eddyflow/core";
import { intervalsOf } from "./intervals-of.ts";
import { requireWholeWay } from "./require-whole-way.ts";
import { tableauOf } from "./tableaus/tableaus.ts";

/**
 * NFE, the number of network evaluations that one sample needs: stages × steps for a Runge–Kutta method, one for each
 * jump. A corrector's flow map F = x + δ(1 − δ)v + δ²φ needs two in a jump with δ < 1, and one where δ = 1.
 *
 * @param kind - of the network that is run.
 * @throws ArgumentError for an unknown tableau, and for flow times that do not rise from 0 to 1.
 */
export function nfeOf(sampler: SamplerDescription, kind: NetworkKind): number {
  if (sampler.kind === "direct") return 1;
  requireWholeWay(sampler);
  const intervals = intervalsOf(sampler.times);
  if (sampler.kind === "integrate") return tableauOf(sampler.tableau).b.length * intervals.length;
  return intervals.reduce((sum, [, delta]) => sum + (kind === "corrector" && delta < 1 ? 2 : 1), 0);
}
