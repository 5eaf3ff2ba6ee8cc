import type { SamplerDescription } from "@eddyflow/core";
import { spacingBetween } from "./spacings/spacings.ts";
import { tableauOf } from "./tableaus/tableaus.ts";
import { uniformTimes } from "./uniform-times.ts";

/** The name that command lines and tables give to the jumps of a flow map. */
export const jumpName = "flow";
/** The name of what makes a next state at once. */
export const directName = "direct";

/**
 * The sampler of a name in equal steps: a tableau that integrates a velocity field, "flow" for the jumps of a flow
 * map, or "direct", whose number of steps is 1, for a network that makes the next state at once.
 *
 * @throws ArgumentError for an unknown name, and unless `steps` is a positive integer.
 */
export function equalSteps(name: string, steps: number): SamplerDescription {
  const times = uniformTimes(steps);
  if (name === directName && steps === 1) return { kind: "direct" };
  if (name === jumpName) return { kind: "jump", times };
  return { kind: "integrate", tableau: tableauOf(name).name, times };
}

/** The number of steps from noise to data. */
export const stepsOf = (sampler: SamplerDescription): number =>
  sampler.kind === "direct" ? 1 : sampler.times.length - 1;

/** A sampler as command lines write it: `midpoint:50`, `midpoint-cosine:10`, `flow:1`, `direct:1`. */
export const samplerText = (sampler: SamplerDescription): string =>
  `${samplerName(sampler)}:${stepsOf(sampler)}`;

/** The name of a sampler's tableau, with that of its spacing where its steps are not equal, or "flow", or "direct". */
export function samplerName(sampler: SamplerDescription): string {
  switch (sampler.kind) {
    case "integrate": {
      const spacing = spacingBetween(sampler.times);
      return spacing === "uniform" ? sampler.tableau : `${sampler.tableau}-${spacing}`;
    }
    case "jump":
      return jumpName;
    case "direct":
      return directName;
  }
}

/** A sampler in words: "50 midpoint steps", "10 cosine-spaced midpoint steps", "1 flow-map step", "one evaluation". */
export function samplerInWords(sampler: SamplerDescription): string {
  if (sampler.kind === "direct") return "one evaluation";
  const steps = stepsOf(sampler);
  const spacing = spacingBetween(sampler.times);
  const title = sampler.kind === "jump" ? "flow-map" : tableauOf(sampler.tableau).title;
  return `${steps} ${spacing === "uniform" ? "" : `${spacing}-spaced `}${title} ${steps === 1 ? "step" : "steps"}`;
}
