import type { SamplerDescription } from "@eddyflow/core";
import { directName, equalSteps, jumpName } from "./equal-steps.ts";
import { spacings } from "./spacings/spacings.ts";
import { tableaus } from "./tableaus/tableaus.ts";

/** A tableau in steps that are not equal, and its name. */
const spaced = tableaus.flatMap(({ name: tableau }) =>
  spacings
    .filter(({ name }) => name !== "uniform")
    .map(({ name, times }) => ({ name: `${tableau}-${name}`, tableau, times })),
);

/** What command lines call samplers: a tableau, a tableau and a spacing as in "midpoint-cosine", "flow", "direct". */
export const samplerNames: readonly string[] = [
  ...tableaus.map(({ name }) => name),
  ...spaced.map(({ name }) => name),
  jumpName,
  directName,
];

/**
 * The sampler of one of `samplerNames` in so many steps.
 *
 * @throws ArgumentError for an unknown name, and unless `steps` is a positive integer.
 */
export function samplerNamed(name: string, steps: number): SamplerDescription {
  const found = spaced.find((each) => each.name === name);
  if (found === undefined) return equalSteps(name, steps);
  return { kind: "integrate", tableau: found.tableau, times: found.times(steps) };
}
