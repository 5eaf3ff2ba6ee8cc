import type { Network, NetworkDescription, OwnNetwork as NetworkMaker } from "@eddyflow/core";
import {
  type CorrectorNetwork,
  type DirectNetwork,
  parameterShapes,
  shapesDrawn,
  type VelocityNetwork,
} from "@eddyflow/models";

/** A network of one's own, of the inputs that its kind has: (x, y, t), (x, y, t, δ) or (z, y). */
export type OwnNetwork = VelocityNetwork | CorrectorNetwork | DirectNetwork;

/** The same, or what makes it of the description in the manifest: what an experiment module names. */
export type OwnNetworkOption = OwnNetwork | NetworkMaker;

/** Networks of one's own by their sets: "student", "velocity". */
export type OwnNetworks = Readonly<Record<string, OwnNetwork>>;

/** The shape of each weight of a set by name: those of one's own network as it draws them. */
export function shapesOfSet(
  description: NetworkDescription,
  own: OwnNetwork | undefined,
): Readonly<Record<string, readonly number[]>> {
  return own === undefined ? parameterShapes(description) : shapesDrawn(own as Network<never>);
}
