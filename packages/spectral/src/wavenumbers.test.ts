import { expect, test } from "vitest";
import { wavenumbers } from "./wavenumbers.ts";

test("wavenumbers follow the order of the transform, in radians per length", () => {
  expect([...wavenumbers(5, 2 * Math.PI)]).toEqual([0, 1, 2, -2, -1]);
  expect([...wavenumbers(6, Math.PI)]).toEqual([0, 2, 4, -6, -4, -2]);
  expect([...wavenumbers(1, 3)]).toEqual([0]);
});
