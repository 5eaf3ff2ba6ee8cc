import type { Grid } from "@eddyflow/core";
import { timestampChannel, type VectorField, withoutTimestamp } from "@eddyflow/datasets";

/** The layout of a state, `[...space, channel]`, and the unit of each channel. */
export interface Layout {
  readonly grid: Grid;
  readonly channels: number;
  readonly names: readonly string[];
  /** Standard deviation of each channel over the training data. */
  readonly std: readonly number[];
  /** Channels that together are a vector; none unless given. */
  readonly vectors?: readonly VectorField[];
}

/** The number of values of a state. */
export const sizeOf = ({ grid, channels }: Layout): number =>
  grid.shape.reduce((product, points) => product * points, channels);

/** State `index` of several, a view. */
export function stateOf(states: Float32Array, index: number, layout: Layout): Float32Array {
  const size = sizeOf(layout);
  return states.subarray(index * size, (index + 1) * size);
}

/** The layout of what is compared: a state without its time, which a clock sets and nobody forecasts. */
export function comparedLayout(layout: Layout): Layout {
  const kept = layout.names.flatMap((name, c) => (name === timestampChannel ? [] : [c]));
  return {
    ...layout,
    channels: kept.length,
    names: kept.map((c) => layout.names[c] as string),
    std: kept.map((c) => layout.std[c] as number),
  };
}

/** What is compared of states, each channel in units of its standard deviation. */
export function inUnits(states: Float32Array, layout: Layout): Float32Array {
  const { channels, std } = comparedLayout(layout);
  return withoutTimestamp(states, layout.names).map(
    (value, i) => value / (std[i % channels] as number),
  );
}
