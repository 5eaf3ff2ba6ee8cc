import type { Params } from "@eddyflow/core";

/** The number of scalars in a network's parameters. */
export function parameterCount(params: Params): number {
  return Object.values(params).reduce((sum, { size }) => sum + size, 0);
}
