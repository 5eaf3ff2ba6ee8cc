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

/** Channels that together are a tensor of rank 2, such as a stress. */
export interface TensorField {
  /**
   * `channels[i][j]` is the channel of component ij, null where it is not among the channels. A symmetric
   * tensor names the same channel at ij and at ji: `[["xx", "xy"], ["xy", "yy"]]`.
   */
  readonly channels: readonly (readonly (string | null)[])[];
  /** The axis of the grid that each index points along, as for a vector: `[1, 0]` on a grid [y, x]. */
  readonly axes: readonly (number | null)[];
}

/** What the numbers of a frame `[...space, channel]` are. A channel that no list names is a scalar. */
export interface FieldLayout {
  readonly grid: Grid;
  readonly channels: readonly string[];
  readonly vectors?: readonly VectorField[];
  readonly tensors?: readonly TensorField[];
  /**
   * Groups of channels that are the components of one vector or tensor, where nobody says which way each
   * component points. They cannot be flipped or turned.
   */
  readonly undirected?: readonly (readonly string[])[];
}

/** The part of a layout that says which channels belong together. */
type Components = Pick<FieldLayout, "vectors" | "tensors" | "undirected">;

/** The layout with these components in place of its own; empty lists are left out. */
export function withComponents<Layout extends FieldLayout>(
  layout: Layout,
  { vectors = [], tensors = [], undirected = [] }: Components,
): Omit<Layout, keyof Components> & Components {
  const { vectors: _, tensors: __, undirected: ___, ...rest } = layout;
  return {
    ...rest,
    ...(vectors.length > 0 && { vectors }),
    ...(tensors.length > 0 && { tensors }),
    ...(undirected.length > 0 && { undirected }),
  };
}

/** What remains of the components when only these channels are kept. Each points where it did before. */
export function componentsAmong(layout: FieldLayout, names: readonly string[]): Components {
  const { vectors = [], tensors = [], undirected = [] } = layout;
  return {
    vectors: vectors.flatMap(({ channels, axes }) => {
      const seen = channels.flatMap((name, i) => (names.includes(name) ? [i] : []));
      return seen.length === 0
        ? []
        : [
            {
              channels: seen.map((i) => channels[i] as string),
              axes: seen.map((i) => axes[i] as number | null),
            },
          ];
    }),
    tensors: tensors.flatMap(({ channels, axes }) => {
      const seen = channels.map((row) =>
        row.map((name) => (name !== null && names.includes(name) ? name : null)),
      );
      return seen.flat().every((name) => name === null) ? [] : [{ channels: seen, axes }];
    }),
    undirected: undirected
      .map((group) => group.filter((name) => names.includes(name)))
      .filter((group) => group.length > 0),
  };
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
