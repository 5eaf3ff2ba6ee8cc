import type { Manifest } from "@eddyflow/checkpointing";
import { ArgumentError } from "@eddyflow/core";
import type { NetworkDescription } from "@eddyflow/models";
import { type SamplerDescription, tableaus, uniformGrid } from "@eddyflow/samplers";

/** A way to sample on a uniform grid. */
export type UniformSampler = Pick<SamplerDescription, "method" | "steps">;

/**
 * The wanted sampler on a uniform grid, or else the manifest's.
 *
 * @throws ArgumentError where it cannot run a network of this kind: a velocity is integrated by a
 *   Runge–Kutta method, a corrector jumps as a flow map.
 */
export function chooseSampler(
  kind: NetworkDescription["kind"],
  manifest: Manifest,
  wanted: UniformSampler | undefined,
): SamplerDescription {
  const { method, steps } = wanted ?? manifest.sampler;
  const methods = kind === "corrector" ? ["flow"] : Object.keys(tableaus);
  if (!methods.includes(method)) {
    throw new ArgumentError({
      problem: `a ${manifest.model} checkpoint cannot be sampled by "${method}"`,
      expected: methods.join(", "),
      remedy: "give another sampler or another checkpoint",
    });
  }
  const grid = wanted ? uniformGrid(steps) : manifest.sampler.grid;
  return { method: method as SamplerDescription["method"], steps, grid };
}
