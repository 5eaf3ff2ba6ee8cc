import { ArgumentError, type Grid } from "@eddyflow/core";
import { derivative } from "./derivative.ts";
import type { Field } from "./field.ts";
import { momentsOf, roundingEnergy } from "./moments.ts";

/**
 * How far a velocity is from being free of divergence, √(⟨(Σᵢ ∂vᵢ/∂xᵢ)²⟩ / Σᵢⱼ ⟨(∂vᵢ/∂xⱼ)²⟩), without unit: 0 for an
 * incompressible flow, at most √d in d dimensions. Derivatives are those of `derivative`, so that the truth of a solver
 * with other derivatives has a small value of its own: print it beside.
 *
 * @param velocity - vᵢ along axis i in array order, `[...space]` flattened each, all in one unit.
 * @returns null where the velocity is the same everywhere, to the precision of 32 bits.
 * @throws ArgumentError unless there is one component for each axis.
 * @throws ShapeError where a component does not fit the grid.
 */
export function divergence(velocity: readonly Field[], grid: Grid): number | null {
  if (velocity.length !== grid.shape.length) {
    throw new ArgumentError({
      problem: `${velocity.length} components of a velocity on a grid of ${grid.shape.length} axes`,
      expected: "one for each axis, in the order of the axes",
      remedy: "leave the divergence out where a slice shows only some of the axes",
    });
  }
  const total = new Float64Array((velocity[0] as Field).length);
  let gradient = 0;
  for (const [component, field] of velocity.entries()) {
    for (const axis of grid.shape.keys()) {
      const slope = derivative(field, grid, axis);
      gradient += momentsOf(slope).meanSquare;
      if (axis !== component) continue;
      for (let i = 0; i < total.length; i++) total[i] = (total[i] as number) + (slope[i] as number);
    }
  }
  const steepest = Math.max(
    ...grid.shape.map((points, axis) => (points / (grid.extent[axis] as number)) ** 2),
  );
  const rounding = velocity.reduce(
    (sum, field) => sum + roundingEnergy * steepest * momentsOf(field).meanSquare,
    0,
  );
  return gradient <= rounding ? null : Math.sqrt(momentsOf(total).meanSquare / gradient);
}
