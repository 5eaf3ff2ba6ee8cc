import { stepsOf } from "./steps-of.ts";
import { tableaus } from "./tableaus.ts";

/** How a model is meant to be run, as plain JSON. */
export interface SamplerDescription {
  /** The name of a tableau, or "flow" for the jumps of a flow map. */
  readonly method: keyof typeof tableaus | "flow";
  /** The number of intervals of the grid. */
  readonly steps: number;
  /** Flow times from 0 to 1, `steps` + 1 of them. */
  readonly grid: readonly number[];
}

/**
 * NFE, the number of network evaluations that one sample needs: stages × steps for a Runge–Kutta
 * method. A flow map F = x + δ(1 − δ)v + δ²φ needs two in a step with δ < 1, and one where δ = 1.
 */
export function nfeOf({ method, grid }: SamplerDescription): number {
  const steps = stepsOf(grid);
  if (method !== "flow") return tableaus[method].b.length * steps.length;
  return steps.reduce((sum, [, delta]) => sum + (delta === 1 ? 1 : 2), 0);
}
