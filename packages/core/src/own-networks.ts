import type { Tensor, Tensor1D } from "@tensorflow/tfjs-core";
import type { Network } from "./network.ts";
import type { NetworkDescription } from "./network-description.ts";

/**
 * A network in place of the U-Net: for a description, functions of the inputs that its kind has, (x, y, t), (x, y, t, δ) or
 * (z, y). The result has the shape of x.
 */
export type OwnNetwork = (
  description: NetworkDescription,
) => Network<[x: Tensor, y: Tensor | null, ...times: Tensor1D[]]>;

/** Networks of one's own by the names that descriptions have for them, `own`. */
export type OwnNetworks = Readonly<Record<string, OwnNetwork>>;
