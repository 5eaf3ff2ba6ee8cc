import { ArgumentError, type Normalisation } from "@eddyflow/core";
import type { StoreDescription } from "./description.ts";

/**
 * Checks that a store has these parameters.
 *
 * @throws ArgumentError naming the parameters that it does have.
 */
export function checkParameters(
  { parameters = {} }: StoreDescription,
  names: readonly string[],
): void {
  const missing = names.find((name) => !Object.hasOwn(parameters, name));
  if (missing === undefined) return;
  const there = Object.keys(parameters);
  throw new ArgumentError({
    problem: `the data have no parameter "${missing}"`,
    expected: there.length === 0 ? "none: these data have no parameters" : there.join(", "),
    remedy: "correct the name, or leave it out",
  });
}

/**
 * Mean and standard deviation (population) of parameters over the trajectories of a store: σ² = Σ(p − m)²/n.
 * The deviation is 1 where all trajectories have the same value, so that it becomes 0.
 *
 * @param description - of the training split: nothing of the other splits may be known.
 * @throws ArgumentError for a parameter that the store does not have, naming those that it has.
 */
export function measureParameters(
  description: StoreDescription,
  names: readonly string[],
): Normalisation {
  checkParameters(description, names);
  const each = names.map((name) => {
    const values = description.parameters?.[name] as readonly number[];
    const first = values[0] as number;
    if (values.every((value) => value === first)) return { mean: first, std: 1 };
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
    return { mean, std: Math.sqrt(squares / values.length) };
  });
  return {
    channels: names,
    mean: each.map(({ mean }) => mean),
    std: each.map(({ std }) => std),
  };
}
