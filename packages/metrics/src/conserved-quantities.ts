import { checkFrames, type Field } from "./field.ts";
import { momentsOf } from "./moments.ts";

/**
 * How far the integral of a field has drifted, ⟨u_t⟩ − ⟨u₀⟩, in the unit of the field: the change of ∫u dx divided by
 * the volume. 0 where the quantity is conserved, such as mass (the density) or momentum in a periodic box. Divide it by
 * the deviation of the training data to compare channels, and print the truth's beside it.
 *
 * @param later - u_t, `[...space]` flattened.
 * @param initial - u₀, of the same length.
 * @throws ShapeError when the fields differ in length.
 */
export function meanDrift(later: Field, initial: Field): number {
  checkFrames(later, initial);
  return momentsOf(later).mean - momentsOf(initial).mean;
}

/**
 * How far the energy of a field has changed, ⟨u_t²⟩/⟨u₀²⟩ − 1, without unit: 0 where ∫u² dx is conserved. Of a velocity
 * that is the kinetic energy, of a vorticity the enstrophy.
 *
 * @param later - u_t, `[...space]` or `[...space, component]` flattened.
 * @param initial - u₀, of the same length.
 * @returns null where u₀ is 0 everywhere.
 * @throws ShapeError when the fields differ in length.
 */
export function energyDrift(later: Field, initial: Field): number | null {
  checkFrames(later, initial);
  const before = momentsOf(initial).meanSquare;
  return before === 0 ? null : momentsOf(later).meanSquare / before - 1;
}
