/** The layout of a state, `[...space, channel]`, and the unit of each channel. */
export interface Layout {
  /** Grid points per axis. */
  readonly gridShape: readonly number[];
  readonly channels: number;
  /** Standard deviation of each channel over the training data. */
  readonly std: readonly number[];
}

/** The number of values of a state. */
export const sizeOf = ({ gridShape, channels }: Layout): number =>
  gridShape.reduce((product, points) => product * points, channels);

/** State `index` of several, a view. */
export function stateOf(states: Float32Array, index: number, layout: Layout): Float32Array {
  const size = sizeOf(layout);
  return states.subarray(index * size, (index + 1) * size);
}

/** The states with each channel in units of its standard deviation, so that channels compare. */
export function inUnits(states: Float32Array, { channels, std }: Layout): Float32Array {
  return states.map((value, i) => value / (std[i % channels] as number));
}

/** One channel of a state, `[...space]`. */
export function channelOf(state: Float32Array, channel: number, channels: number): Float64Array {
  const field = new Float64Array(state.length / channels);
  for (let point = 0; point < field.length; point++) {
    field[point] = state[point * channels + channel] as number;
  }
  return field;
}
