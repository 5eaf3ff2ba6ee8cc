import { ArgumentError, type Grid, ShapeError } from "@eddyflow/core";

/** What is seen of a field: every `stride`-th point along each axis, from the first one on. */
export interface Observation {
  readonly stride: number;
}

const observedAxis = (points: number, { stride }: Observation): number => {
  if (!Number.isSafeInteger(stride) || stride < 1 || points % stride !== 0) {
    throw new ArgumentError({
      problem: `a stride of ${stride} does not fit an axis of ${points} points`,
      expected: "a divisor of the number of points",
      remedy: "choose another stride or grid",
    });
  }
  return points / stride;
};

/**
 * The grid of what is seen: fewer points over the same box.
 *
 * @throws ArgumentError where the stride does not divide an axis.
 */
export function observeGrid(grid: Grid, observation: Observation): Grid {
  return { ...grid, shape: grid.shape.map((points) => observedAxis(points, observation)) };
}

/**
 * What is seen of a field, o[i, …, c] = u[stride · i, …, c], as a new array. No average is taken: fine
 * structure that the points cannot carry aliases, as it does for a sparse set of sensors.
 *
 * @param field - `[...shape, channels]`, flat.
 * @returns `[...shape / stride, channels]`, flat.
 * @throws ArgumentError where the stride does not divide an axis.
 * @throws ShapeError where the field has another number of values.
 */
export function observe(
  field: Float64Array | Float32Array,
  shape: readonly number[],
  channels: number,
  observation: Observation,
): Float32Array {
  const size = shape.reduce((product, points) => product * points, channels);
  if (field.length !== size) {
    throw new ShapeError({
      problem: `a field of ${field.length} values`,
      expected: `${size} for shape [${[...shape, channels].join(", ")}]`,
      remedy: "give the shape of the field, channels last",
    });
  }
  const seen = shape.map((points) => observedAxis(points, observation));
  const rows = seen.slice(0, -1);
  const [lastPoints = 1, lastSeen = 1] = [shape.at(-1), seen.at(-1)];
  const out = new Float32Array(seen.reduce((product, points) => product * points, channels));
  const numRows = rows.reduce((product, points) => product * points, 1);
  for (let row = 0; row < numRows; row++) {
    let [rest, source, pitch] = [row, 0, lastPoints * channels];
    for (let axis = rows.length - 1; axis >= 0; axis--) {
      const points = rows[axis] as number;
      source += (rest % points) * observation.stride * pitch;
      rest = Math.floor(rest / points);
      pitch *= shape[axis] as number;
    }
    const target = row * lastSeen * channels;
    for (let i = 0; i < lastSeen; i++) {
      for (let c = 0; c < channels; c++) {
        out[target + i * channels + c] = field[
          source + i * observation.stride * channels + c
        ] as number;
      }
    }
  }
  return out;
}
