import {
  ArgumentError,
  type NetworkDescription,
  type OwnNetwork,
  type OwnNetworks,
} from "@eddyflow/core";

/**
 * The network of one's own that a description names; null where it describes a U-Net.
 *
 * @throws ArgumentError where it is not among the networks that are given.
 */
export function ownNetwork(
  description: NetworkDescription,
  networks: OwnNetworks,
): ReturnType<OwnNetwork> | null {
  const { own: name } = description;
  if (name === undefined) return null;
  const found = Object.hasOwn(networks, name) ? networks[name] : undefined;
  if (found !== undefined) return found(description);
  throw new ArgumentError({
    problem: `the model is made of "${name}", a network of somebody's own that is not known here`,
    expected: "the module that brings it",
    remedy: "name its experiment module on the command line, or give loadSurrogate its networks",
  });
}
