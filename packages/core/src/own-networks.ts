import type { Tensor, Tensor1D } from "@tensorflow/tfjs-core";
import { ArgumentError } from "./errors.ts";
import type { Network } from "./network.ts";
import type { NetworkDescription } from "./network-description.ts";

/**
 * A network in place of the U-Net: for a description, functions of the inputs that its kind has, (x, y, t), (x, y, t, δ) or
 * (z, y). The result has the shape of x.
 */
export type OwnNetwork = (
  description: NetworkDescription,
) => Network<[x: Tensor, y: Tensor | null, ...times: Tensor1D[]]>;

const networks = new Map<string, OwnNetwork>();

/**
 * Makes a network of one's own known by a name, for as long as the process lives. An experiment module does it for the
 * network that it names; a program of one's own may, in place of `loadSurrogate`'s option `networks`.
 */
export function addNetwork(name: string, network: OwnNetwork): void {
  networks.set(name, network);
}

/**
 * The network of one's own of a name.
 *
 * @throws ArgumentError where no module that was named brings it.
 */
export function ownNetwork(name: string): OwnNetwork {
  const found = networks.get(name);
  if (found !== undefined) return found;
  throw new ArgumentError({
    problem: `the model is made of "${name}", a network of somebody's own that is not known here`,
    expected: "the module that brings it",
    remedy: "name its experiment module on the command line, or give loadSurrogate its networks",
  });
}
