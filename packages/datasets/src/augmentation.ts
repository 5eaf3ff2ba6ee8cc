import { ArgumentError, type Key } from "@eddyflow/core";
import { uniform } from "@eddyflow/random";
import { atRest, type Isometry } from "./isometry.ts";
import type { FieldLayout, TensorField } from "./layout.ts";

/**
 * The symmetries of a system. Each pair is moved by a random one of them, its history and its next state alike.
 * Axes are counted in array order. Name only what the physics allows: gravity forbids a flip along its own
 * axis. The components of the layout's vectors and tensors are moved with the points; every other channel is
 * moved as a scalar. So a quantity that changes its sign in a mirror, such as the vorticity in 2-D, allows no
 * flip.
 */
export interface Augmentation {
  /** Axes that may be mirrored. */
  readonly flip?: readonly number[];
  /** Planes, as two axes each, that may be turned by 90°, 180° or 270°. */
  readonly rotate?: readonly (readonly [number, number])[];
  /** Periodic axes along which the field may be shifted by any number of points. */
  readonly shift?: readonly number[];
}

const refuse = (problem: string, expected: string): never => {
  throw new ArgumentError({ problem, expected, remedy: "correct the augmentation" });
};

/** Whether a turn in the plane of a and b takes a tensor to components that are not among its channels. */
function isTorn({ channels, axes }: TensorField, a: number, b: number): boolean {
  if (axes.includes(a) !== axes.includes(b)) return true;
  const turned = axes.map((along, i) => {
    if (along === a) return axes.indexOf(b);
    return along === b ? axes.indexOf(a) : i;
  });
  return channels.some((row, i) =>
    row.some((name, j) => {
      const other = channels[turned[i] as number]?.[turned[j] as number] ?? null;
      return (name === null) !== (other === null);
    }),
  );
}

/**
 * Checks that the data have these symmetries.
 *
 * @throws ArgumentError for an axis that is not there, a shift along a wall, a turn in a plane that is not
 *   square or that holds only some components of a vector or tensor, and a flip or turn of a field whose
 *   components point nobody knows where.
 */
export function checkAugmentation(
  { grid, vectors = [], tensors = [], undirected = [] }: FieldLayout,
  { flip = [], rotate = [], shift = [] }: Augmentation,
): void {
  const { shape, extent, boundary } = grid;
  const [group] = undirected;
  if (group !== undefined && flip.length + rotate.length > 0) {
    throw new ArgumentError({
      problem: `a flip or turn of [${group.join(", ")}], whose directions the data do not say`,
      expected: "fields that vectors or tensors of the layout describe",
      remedy: "leave flip and rotate out, or leave these channels out",
    });
  }
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
    const part = tensors.find((tensor) => isTorn(tensor, a, b));
    if (part !== undefined) {
      const names = new Set(part.channels.flat().filter((name) => name !== null));
      refuse(
        `a rotation of [${[...names].join(", ")}], which lacks components along the axes ${a} and ${b}`,
        "tensors with all components along both",
      );
    }
  }
}

/** A random motion among these symmetries. Each flip, turn and shift is drawn uniformly and independently. */
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
