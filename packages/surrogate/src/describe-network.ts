import type { Manifest } from "@eddyflow/checkpointing";
import { CheckpointError } from "@eddyflow/core";
import type { NetworkDescription } from "@eddyflow/models";

type Kind = NetworkDescription["kind"];

/**
 * The description of a network of a checkpoint, checked: its kind is one of `kinds`, its state is that of
 * the manifest and its condition the state before.
 *
 * @throws CheckpointError where it is absent or otherwise.
 */
export function describeNetwork(
  manifest: Manifest,
  set: string,
  kinds: readonly Kind[],
): NetworkDescription {
  const description = (manifest.networks[set] ?? {}) as Partial<NetworkDescription>;
  const { kind, stateChannels, conditionChannels, features, padding } = description;
  const channels = manifest.channels.length;
  if (!kinds.includes(kind as Kind)) throw unusable(set, "kind", kind, kinds.join(" or "));
  if (stateChannels !== channels)
    throw unusable(set, "stateChannels", stateChannels, `${channels}`);
  if (conditionChannels !== channels) {
    throw unusable(set, "conditionChannels", conditionChannels, `${channels}, the state before`);
  }
  if (!Array.isArray(features) || !features.every((n) => Number.isSafeInteger(n) && n > 0)) {
    throw unusable(set, "features", features, "numbers of channels");
  }
  const paddings: readonly unknown[] = ["periodic", "zero", "reflect"];
  if (!Array.isArray(padding) || !padding.every((name) => paddings.includes(name))) {
    throw unusable(set, "padding", padding, paddings.join(", "));
  }
  const axes = manifest.grid.shape.map((_, axis) => axis);
  const { position } = description;
  if (
    position !== undefined &&
    !(Array.isArray(position) && position.every((i) => axes.includes(i)))
  ) {
    throw unusable(set, "position", position, `axes out of ${axes.join(", ")}`);
  }
  return description as NetworkDescription;
}

function unusable(set: string, field: string, value: unknown, expected: string): CheckpointError {
  return new CheckpointError({
    problem: `${field} of the network "${set}" in the checkpoint is ${JSON.stringify(value)}`,
    expected,
    remedy: "give the checkpoint of a surrogate of this release",
  });
}
