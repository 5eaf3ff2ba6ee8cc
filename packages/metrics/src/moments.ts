import type { Field } from "./field.ts";

/** Mean and variance of a field over its cells. */
export interface Moments {
  readonly mean: number;
  /** ⟨(u − ⟨u⟩)²⟩, divided by the number of cells. */
  readonly variance: number;
  /** ⟨u²⟩. */
  readonly meanSquare: number;
  /** Whether the field varies by no more than the rounding of numbers of 32 bits. */
  readonly isConstant: boolean;
}

/**
 * Rounding to 32 bits is at most 2⁻²⁴ of a number, so that what it adds has a mean square of at most 2⁻⁴⁸⟨u²⟩. Energies
 * below four times that are rounding, and nothing may be divided by them.
 */
export const roundingEnergy: number = 2 ** -46;

/** The moments of a field. */
export function momentsOf(field: Field): Moments {
  const cells = field.length;
  let sum = 0;
  let squares = 0;
  for (const value of field) {
    sum += value;
    squares += value * value;
  }
  const mean = sum / cells;
  let variance = 0;
  for (const value of field) variance += (value - mean) ** 2;
  variance /= cells;
  const meanSquare = squares / cells;
  return { mean, variance, meanSquare, isConstant: variance <= roundingEnergy * meanSquare };
}
