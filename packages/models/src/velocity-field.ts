import type { Params, VelocityField } from "@eddyflow/core";
import type { VelocityNetwork } from "./networks.ts";

/** The velocity field of a network with its parameters, which stay the caller's. */
export function velocityField(network: VelocityNetwork, params: Params): VelocityField {
  return (x, y, t) => network.apply(params, x, y, t);
}
