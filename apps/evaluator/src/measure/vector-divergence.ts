import type { VectorField } from "@eddyflow/datasets";
import { channelOf, divergence } from "@eddyflow/metrics";
import type { Layout } from "./layout.ts";
import type { Measures } from "./state-measures.ts";

/** The vector fields that have a component along each axis of the grid, all of them among the channels. */
export const wholeVectors = ({ vectors = [], names, grid }: Layout): readonly VectorField[] =>
  vectors.filter(
    ({ channels, axes }) =>
      channels.length === grid.shape.length &&
      channels.every((name) => names.includes(name)) &&
      grid.shape.every((_, axis) => axes.includes(axis)),
  );

/**
 * The divergence of each whole vector of some states, in the mean over these.
 *
 * @param states - `[...space, channel]` each, in standard deviations of the training data.
 */
export function divergenceMeasures(
  states: readonly Float32Array[],
  layout: Layout,
): readonly Measures[] {
  const { names, channels, std, grid } = layout;
  return wholeVectors(layout).map((vector) => {
    const values = states.flatMap((state) => {
      const components = grid.shape.map((_, axis) => {
        const channel = names.indexOf(vector.channels[vector.axes.indexOf(axis)] as string);
        return channelOf(state, channel, channels).map((v) => v * (std[channel] as number));
      });
      return divergence(components, grid) ?? [];
    });
    return {
      divergence: values.length === 0 ? null : values.reduce((a, b) => a + b) / values.length,
    };
  });
}
