import { ArgumentError, type Grid } from "@eddyflow/core";

/** Channels that together are a vector. */
export interface VectorField {
  /** One channel per component. */
  readonly channels: readonly string[];
  /**
   * The axis of the grid, in array order, that each component points along; null where that axis was sliced
   * away. `{ channels: ["vx", "vy"], axes: [1, 0] }` on a grid [y, x].
   */
  readonly axes: readonly (number | null)[];
}

/** What the numbers of a frame `[...space, channel]` are. */
export interface FieldLayout {
  readonly grid: Grid;
  readonly channels: readonly string[];
  readonly vectors?: readonly VectorField[];
}

/**
 * The position of a channel.
 *
 * @throws ArgumentError where no channel has this name.
 */
export function channelIndex(channels: readonly string[], name: string): number {
  const index = channels.indexOf(name);
  if (index !== -1) return index;
  throw new ArgumentError({
    problem: `there is no channel "${name}"`,
    expected: `one of ${channels.join(", ")}`,
    remedy: "correct the name",
  });
}
