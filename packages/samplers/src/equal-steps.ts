import type { SamplerDescription } from "@eddyflow/core";
import { tableauOf } from "./tableaus/tableaus.ts";
import { uniformTimes } from "./uniform-times.ts";

/** The name that command lines and tables give to the jumps of a flow map. */
export const jumpName = "flow";

/**
 * The sampler of a name in equal steps: a tableau that integrates a velocity field, or "flow" for the jumps of a
 * flow map.
 *
 * @throws ArgumentError for an unknown name, and unless `steps` is a positive integer.
 */
export function equalSteps(name: string, steps: number): SamplerDescription {
  const times = uniformTimes(steps);
  if (name === jumpName) return { kind: "jump", times };
  return { kind: "integrate", tableau: tableauOf(name).name, times };
}

/** A sampler as command lines write it: `midpoint:50`, `flow:1`. */
export function samplerText(sampler: SamplerDescription): string {
  return `${samplerName(sampler)}:${sampler.times.length - 1}`;
}

/** The name of a sampler's tableau, or "flow". */
export const samplerName = (sampler: SamplerDescription): string =>
  sampler.kind === "jump" ? jumpName : sampler.tableau;

/** A sampler in words: "50 midpoint steps", "1 flow-map step". */
export function samplerInWords(sampler: SamplerDescription): string {
  const steps = sampler.times.length - 1;
  const title = sampler.kind === "jump" ? "flow-map" : tableauOf(sampler.tableau).title;
  return `${steps} ${title} ${steps === 1 ? "step" : "steps"}`;
}
