import type { Network, NetworkDescription } from "@eddyflow/core";
import {
  type CorrectorNetwork,
  type DirectNetwork,
  parameterShapes,
  type VelocityNetwork,
} from "@eddyflow/models";
import { key } from "@eddyflow/random";
import { tidy } from "@tensorflow/tfjs-core";

/** A network of one's own, of the inputs that its kind has: (x, y, t), (x, y, t, δ) or (z, y). */
export type OwnNetwork = VelocityNetwork | CorrectorNetwork | DirectNetwork;

/** Networks of one's own by their sets: "student", "velocity". */
export type OwnNetworks = Readonly<Record<string, OwnNetwork>>;

/** The shape of each weight of a set by name: those of one's own network as it draws them. */
export function shapesOfSet(
  description: NetworkDescription,
  own: OwnNetwork | undefined,
): Readonly<Record<string, readonly number[]>> {
  if (own === undefined) return parameterShapes(description);
  const { init } = own as Network<never>;
  const shapes: Record<string, readonly number[]> = {};
  tidy(() => {
    for (const [name, { shape }] of Object.entries(init(key(0)))) shapes[name] = shape;
  });
  return shapes;
}
