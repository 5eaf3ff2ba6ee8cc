import { ShapeError } from "@eddyflow/core";

/** The number of points of a grid. */
export const sizeOf = (shape: readonly number[]): number => shape.reduce((size, n) => size * n, 1);

/** Throws ShapeError unless `shape` names at least one axis and each has a positive whole number of points. */
export function checkShape(shape: readonly number[]): void {
  if (shape.length === 0 || !shape.every((n) => Number.isSafeInteger(n) && n > 0)) {
    throw new ShapeError({
      problem: `[${shape.join(", ")}] is not the shape of a grid`,
      expected: "one or more positive whole numbers",
      remedy: "give the number of points of each axis",
    });
  }
}

/** Throws ShapeError unless an array has as many numbers as its shape says. */
export function checkLength(
  what: string,
  array: Float64Array,
  length: number,
  shape: readonly number[],
): void {
  if (array.length !== length) {
    throw new ShapeError({
      problem: `the ${what} has ${array.length} numbers`,
      expected: `${length} for a grid of shape [${shape.join(", ")}]`,
      remedy: "give an array of that length",
    });
  }
}
