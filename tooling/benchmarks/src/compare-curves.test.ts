import { expect, test } from "vitest";
import { compareCurves } from "./compare-curves.ts";
import type { Curve } from "./precision-curves.ts";

const curve = (
  seed: number,
  precision: Curve["precision"],
  training: readonly number[],
): Curve => ({ seed, precision, steps: [100, 200], training, heldOut: training, milliseconds: 1 });

test("a mean of mixed precision is within the spread of the seeds in float32 or not", () => {
  const curves = [
    curve(1, "float32", [4, 1]),
    curve(1, "mixed", [5, 2]),
    curve(2, "float32", [6, 2]),
    curve(2, "mixed", [7, 4]),
    // Not there in the other precision yet.
    curve(3, "float32", [100, 100]),
  ];
  expect(compareCurves(curves, "heldOut")).toEqual([
    { step: 100, float32: 5, mixed: 6, spread: 2, isWithin: true },
    { step: 200, float32: 1.5, mixed: 3, spread: 1, isWithin: false },
  ]);
});

test("one seed has no spread to be within", () => {
  const curves = [curve(1, "float32", [4, 1]), curve(1, "mixed", [5, 2])];
  expect(compareCurves(curves, "training").map(({ isWithin }) => isWithin)).toEqual([null, null]);
  expect(compareCurves(curves.slice(0, 1), "training")).toEqual([]);
});
