import type { Boundary } from "@eddyflow/core";

/** Of a list with a number for each axis, such as the shape or the extent, those of the axes along which waves fit. */
export const ofPeriodicAxes = (
  list: readonly number[],
  boundary: readonly Boundary[],
): readonly number[] => list.filter((_, axis) => boundary[axis] === "periodic");

/**
 * The parts of a field `[...space]` that run along its periodic axes, one for each point of the others: the field
 * itself where all are periodic, planes of a volume between walls.
 */
export function* periodicParts(
  field: Float64Array,
  shape: readonly number[],
  boundary: readonly Boundary[],
): Generator<Float64Array> {
  const wall = boundary.indexOf("wall");
  if (wall === -1) {
    yield field;
    return;
  }
  const points = shape[wall] as number;
  const inner = shape.slice(wall + 1).reduce((size, n) => size * n, 1);
  const others = <T>(list: readonly T[]) => list.filter((_, axis) => axis !== wall);
  for (let at = 0; at < points; at++) {
    const part = new Float64Array(field.length / points);
    for (let start = 0; start < part.length; start += inner) {
      const from = start * points + at * inner;
      part.set(field.subarray(from, from + inner), start);
    }
    yield* periodicParts(part, others(shape), others(boundary));
  }
}
