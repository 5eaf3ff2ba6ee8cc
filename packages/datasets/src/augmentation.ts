import { ArgumentError, type Key } from "@eddyflow/core";
import { uniform } from "@eddyflow/random";
import { atRest, type Isometry } from "./isometry.ts";
import type { FieldLayout } from "./layout.ts";

/**
 * The symmetries of a system, from which each pair is shown in a random way: history and next state alike.
 * Axes are counted in array order. Name only what the physics allows: gravity forbids a flip along it. The
 * components of vectors move along; a quantity that changes its sign in a mirror without being a component,
 * such as a vorticity in 2-D, allows no flip.
 */
export interface Augmentation {
  /** Axes that may be mirrored. */
  readonly flip?: readonly number[];
  /** Planes, as two axes each, that may be turned by 90°, 180° and 270°. */
  readonly rotate?: readonly (readonly [number, number])[];
  /** Periodic axes along which the origin may lie anywhere. */
  readonly shift?: readonly number[];
}

const refuse = (problem: string, expected: string): never => {
  throw new ArgumentError({ problem, expected, remedy: "correct the augmentation" });
};

/**
 * Looks whether the data have these symmetries.
 *
 * @throws ArgumentError for an axis that is not there, a shift along a wall, or a plane that is not square or
 *   holds only one component of a vector.
 */
export function checkAugmentation(
  { grid, vectors = [] }: FieldLayout,
  { flip = [], rotate = [], shift = [] }: Augmentation,
): void {
  const { shape, extent, boundary } = grid;
  for (const axis of [...flip, ...rotate.flat(), ...shift]) {
    if (Number.isInteger(axis) && axis >= 0 && axis < shape.length) continue;
    refuse(`there is no axis ${axis}`, `an axis from 0 to ${shape.length - 1}`);
  }
  const wall = shift.find((axis) => boundary[axis] !== "periodic");
  if (wall !== undefined) refuse(`a shift along axis ${wall}, which has walls`, "a periodic axis");
  for (const [a, b] of rotate) {
    const alike = [shape, extent, boundary].every((list) => list[a] === list[b]);
    if (a === b || !alike) {
      refuse(
        `a rotation in the plane of the axes ${a} and ${b}`,
        "two axes with equal ends, points and lengths",
      );
    }
    const torn = vectors.find(({ axes }) => axes.includes(a) !== axes.includes(b));
    if (torn !== undefined) {
      refuse(
        `a rotation of [${torn.channels.join(", ")}], which has no component along one of the axes ${a} and ${b}`,
        "vectors with components along both",
      );
    }
  }
}

/** A random motion among these symmetries: each flip, turn and shift is uniform and independent. */
export function drawIsometry(
  { flip = [], rotate = [], shift = [] }: Augmentation,
  shape: readonly number[],
  key: Key,
): Isometry {
  const draws = uniform(key, flip.length + rotate.length + shift.length).values();
  const below = (bound: number) => Math.floor((draws.next().value as number) * bound);
  const rest = atRest(shape.length);
  const [axes, flipped, origin] = [[...rest.axes], [...rest.flipped], [...rest.shift]];
  for (const axis of flip) flipped[axis] = below(2) === 1;
  for (const [a, b] of rotate) {
    for (let turns = below(4); turns > 0; turns--) {
      [axes[a], axes[b]] = [axes[b] as number, axes[a] as number];
      [flipped[a], flipped[b]] = [flipped[b] as boolean, !flipped[a]];
    }
  }
  for (const axis of shift) origin[axis] = below(shape[axis] as number);
  return { axes, flipped, shift: origin };
}
