import type { ExpectedShapes } from "@eddyflow/checkpointing";
import { type NetworkDescription, parameterShapes } from "@eddyflow/models";

/** The shapes of a network's parameters, as checkpoints are compared with them. */
export function expectedShapes(network: NetworkDescription): ExpectedShapes {
  return Object.fromEntries(
    Object.entries(parameterShapes(network)).map(([name, shape]) => [name, { shape }]),
  );
}
