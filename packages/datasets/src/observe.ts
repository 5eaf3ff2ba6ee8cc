import { ArgumentError, ShapeError } from "@eddyflow/core";
import { channelIndex, componentsAmong, type FieldLayout, withComponents } from "./layout.ts";

/** One thing done to a full state on its way to what is seen of it. Axes are counted in array order. */
export type ObservationStep =
  /** These channels, in this order. */
  | { readonly kind: "fields"; readonly channels: readonly string[] }
  /**
   * Every n-th point along each axis, from the first one on; one n for all axes, or one for each. Structure
   * that these points cannot resolve aliases, as it does for a sparse set of sensors.
   */
  | { readonly kind: "stride"; readonly pointStride: number | readonly number[] }
  /** The mean over boxes of `points` cells along each axis, one number or one per axis; conserves the mean of the field. */
  | { readonly kind: "average"; readonly points: number | readonly number[] }
  /** The cells that hold the coordinate `at`, 0 ≤ at < extent; cell i is [i·h, (i + 1)·h). Drops the axis. */
  | { readonly kind: "slice"; readonly axis: number; readonly at: number }
  /** Points `from` … `to` − 1. An axis that is cut is no longer periodic; its ends count as walls. */
  | { readonly kind: "crop"; readonly axis: number; readonly from: number; readonly to: number };

/** What is seen of a field: steps, one after the other. `{ pointStride }` is short for that one step. */
export type Observation = { readonly pointStride: number } | readonly ObservationStep[];

const refuse = (problem: string, expected: string): never => {
  throw new ArgumentError({ problem, expected, remedy: "correct the observation, or the grid" });
};

const stepsOf = (observation: Observation): readonly ObservationStep[] =>
  "pointStride" in observation
    ? [{ kind: "stride", pointStride: observation.pointStride }]
    : observation;

/** out[j] = mean over w < width of in[first + j · pitch + w], along one axis. */
interface AxisMap {
  readonly axis: number;
  readonly points: number;
  readonly first: number;
  readonly pitch: number;
  readonly width: number;
}

/** A step resolved for one layout. */
interface Resolved {
  /** Applied one after the other. */
  readonly maps: readonly AxisMap[];
  /** Where it is not null, the channels that stay. */
  readonly channels: readonly number[] | null;
  readonly layout: FieldLayout;
}

function resolveFields(layout: FieldLayout, names: readonly string[]): Resolved {
  if (names.length === 0 || new Set(names).size !== names.length) {
    refuse(`the fields [${names.join(", ")}]`, "at least one channel, each once");
  }
  const channels = names.map((name) => channelIndex(layout.channels, name));
  const kept = withComponents({ ...layout, channels: [...names] }, componentsAmong(layout, names));
  return { maps: [], channels, layout: kept };
}

function resolveBoxes(
  layout: FieldLayout,
  kind: "stride" | "average",
  given: number | readonly number[],
): Resolved {
  const { shape } = layout.grid;
  const sizes = typeof given === "number" ? shape.map(() => given) : given;
  if (sizes.length !== shape.length) {
    refuse(
      `${sizes.length} numbers for ${kind === "stride" ? "pointStride" : "points"}`,
      `${shape.length}, one per axis`,
    );
  }
  const maps = shape.map((points, axis): AxisMap => {
    const size = sizes[axis] as number;
    if (!Number.isSafeInteger(size) || size < 1 || points % size !== 0) {
      const what = kind === "stride" ? "a pointStride of" : "a box of";
      refuse(
        `${what} ${size} does not fit an axis of ${points} points`,
        "a divisor of the number of points",
      );
    }
    const width = kind === "stride" ? 1 : size;
    return { axis, points: points / size, first: 0, pitch: size, width };
  });
  const grid = { ...layout.grid, shape: maps.map(({ points }) => points) };
  return {
    maps: maps.filter(({ pitch }) => pitch > 1),
    channels: null,
    layout: { ...layout, grid },
  };
}

const checkAxis = (layout: FieldLayout, axis: number): void => {
  const axes = layout.grid.shape.length;
  if (Number.isInteger(axis) && axis >= 0 && axis < axes) return;
  refuse(`there is no axis ${axis}`, `an axis from 0 to ${axes - 1}`);
};

function resolveSlice(layout: FieldLayout, axis: number, at: number): Resolved {
  checkAxis(layout, axis);
  const { grid } = layout;
  if (grid.shape.length === 1) refuse("a slice of the only axis", "a grid of two or three axes");
  const [points, extent] = [grid.shape[axis] as number, grid.extent[axis] as number];
  if (!(at >= 0 && at < extent)) refuse(`a slice at ${at}`, `a coordinate in [0, ${extent})`);
  // A coordinate meant to be i·h may come out a rounding below it.
  const first = Math.min(points - 1, Math.floor((at / extent) * points + 1e-9));
  const others = <T>(list: readonly T[]) => list.filter((_, i) => i !== axis);
  const left = <Field extends { readonly axes: readonly (number | null)[] }>(field: Field) => ({
    ...field,
    axes: field.axes.map((along) => {
      if (along === null || along === axis) return null;
      return along > axis ? along - 1 : along;
    }),
  });
  const seen = {
    shape: others(grid.shape),
    extent: others(grid.extent),
    boundary: others(grid.boundary),
  };
  return {
    maps: [{ axis, points: 1, first, pitch: 1, width: 1 }],
    channels: null,
    layout: withComponents(
      { ...layout, grid: seen },
      {
        ...layout,
        vectors: (layout.vectors ?? []).map(left),
        tensors: (layout.tensors ?? []).map(left),
      },
    ),
  };
}

function resolveCrop(layout: FieldLayout, axis: number, from: number, to: number): Resolved {
  checkAxis(layout, axis);
  const { grid } = layout;
  const points = grid.shape[axis] as number;
  const whole = Number.isSafeInteger(from) && Number.isSafeInteger(to);
  if (!whole || from < 0 || to > points || from >= to) {
    refuse(`a crop from ${from} to ${to}`, `whole numbers, 0 ≤ from < to ≤ ${points}`);
  }
  const count = to - from;
  const replace = <T>(list: readonly T[], value: T) => list.map((v, i) => (i === axis ? value : v));
  const seen = {
    shape: replace(grid.shape, count),
    extent: replace(grid.extent, ((grid.extent[axis] as number) * count) / points),
    boundary: count === points ? grid.boundary : replace(grid.boundary, "wall"),
  };
  return {
    maps: [{ axis, points: count, first: from, pitch: 1, width: 1 }],
    channels: null,
    layout: { ...layout, grid: seen },
  };
}

function resolve(layout: FieldLayout, step: ObservationStep): Resolved {
  switch (step.kind) {
    case "fields":
      return resolveFields(layout, step.channels);
    case "stride":
      return resolveBoxes(layout, "stride", step.pointStride);
    case "average":
      return resolveBoxes(layout, "average", step.points);
    case "slice":
      return resolveSlice(layout, step.axis, step.at);
    case "crop":
      return resolveCrop(layout, step.axis, step.from, step.to);
  }
}

type Values = Float64Array | Float32Array;

function mapAxis(values: Values, shape: readonly number[], map: AxisMap): Float64Array {
  const { axis, points, first, pitch, width } = map;
  const length = shape[axis] as number;
  const product = (sizes: readonly number[]) => sizes.reduce((size, n) => size * n, 1);
  const [outer, inner] = [product(shape.slice(0, axis)), product(shape.slice(axis + 1))];
  const out = new Float64Array(outer * points * inner);
  for (let o = 0; o < outer; o++) {
    for (let j = 0; j < points; j++) {
      const target = (o * points + j) * inner;
      for (let w = 0; w < width; w++) {
        const source = (o * length + first + j * pitch + w) * inner;
        for (let k = 0; k < inner; k++) {
          out[target + k] = (out[target + k] as number) + (values[source + k] as number);
        }
      }
      if (width === 1) continue;
      for (let k = target; k < target + inner; k++) out[k] = (out[k] as number) / width;
    }
  }
  return out;
}

function pickChannels(values: Values, channels: number, picked: readonly number[]): Float64Array {
  const points = values.length / channels;
  const out = new Float64Array(points * picked.length);
  for (let point = 0; point < points; point++) {
    for (const [c, from] of picked.entries()) {
      out[point * picked.length + c] = values[point * channels + from] as number;
    }
  }
  return out;
}

/**
 * The layout of what is seen: grid, channels, vectors and tensors after all steps.
 *
 * @throws ArgumentError for a step that does not fit what the steps before it leave.
 */
export function observeLayout(layout: FieldLayout, observation: Observation): FieldLayout {
  return stepsOf(observation).reduce((seen, step) => resolve(seen, step).layout, layout);
}

/**
 * What is seen of a field, as a new array, computed in double precision and rounded once.
 *
 * @param field - `[...shape, channel]` of the layout, flat.
 * @returns `[...shape, channel]` of `observeLayout`, flat.
 * @throws ArgumentError for a step that does not fit what the steps before it leave.
 * @throws ShapeError where the field has another number of values.
 */
export function observe(
  field: Float64Array | Float32Array,
  layout: FieldLayout,
  observation: Observation,
): Float32Array {
  const { grid, channels } = layout;
  const size = grid.shape.reduce((product, points) => product * points, channels.length);
  if (field.length !== size) {
    throw new ShapeError({
      problem: `a field of ${field.length} values`,
      expected: `${size} for shape [${[...grid.shape, channels.length].join(", ")}]`,
      remedy: "give the layout of the field",
    });
  }
  let values = field;
  let seen = layout;
  for (const step of stepsOf(observation)) {
    const { maps, channels: picked, layout: next } = resolve(seen, step);
    const shape = [...seen.grid.shape, seen.channels.length];
    for (const map of maps) {
      values = mapAxis(values, shape, map);
      shape[map.axis] = map.points;
    }
    if (picked !== null) values = pickChannels(values, seen.channels.length, picked);
    seen = next;
  }
  return Float32Array.from(values);
}
