import type { Manifest } from "@eddyflow/checkpointing";
import { CheckpointError, type NetworkDescription } from "@eddyflow/core";

/**
 * The networks of a checkpoint, once they fit the states that its manifest tells of.
 *
 * @throws CheckpointError where there is no student, or a network is for other states or conditions.
 */
export function checkNetworks(manifest: Manifest): Manifest["networks"] {
  const { networks, channels, conditioning, grid } = manifest;
  if (networks["student"] === undefined) {
    throw unusable("student", "it is missing", "its description in the manifest");
  }
  const condition =
    conditioning.history * channels.length + conditioning.parameters.channels.length;
  for (const [set, network] of Object.entries(networks) as [string, NetworkDescription][]) {
    const { stateChannels, conditionChannels, padding } = network;
    if (stateChannels !== channels.length) {
      throw unusable(
        set,
        `its stateChannels are ${stateChannels}`,
        `${channels.length}, as the state has`,
      );
    }
    if (conditionChannels !== condition) {
      throw unusable(
        set,
        `its conditionChannels are ${conditionChannels}`,
        `${condition}, as the condition has`,
      );
    }
    if (padding.length !== grid.shape.length) {
      throw unusable(
        set,
        `it pads ${padding.length} axes`,
        `${grid.shape.length}, as the grid has`,
      );
    }
  }
  return networks;
}

function unusable(set: string, found: string, expected: string): CheckpointError {
  return new CheckpointError({
    problem: `the network "${set}" in the checkpoint cannot be used: ${found}`,
    expected,
    remedy: "give the checkpoint of a model of this release",
  });
}
