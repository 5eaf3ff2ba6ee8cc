import { expect, test } from "vitest";
import { applyAlong, periodicInterpolation, wallInterpolation } from "./face-interpolation.ts";

/** Values at the centres from a function at the faces, along an axis of length 1. */
const centresOf = (matrix: Float64Array, n: number, at: (x: number) => number) => {
  const faces = Float64Array.from({ length: n }, (_, i) => at(i / n));
  const out = new Float64Array(n);
  applyAlong(matrix, [1, n, 1], faces, out, { transpose: false });
  return out;
};

test("waves between faces have their exact values at the centres", () => {
  for (const n of [7, 8]) {
    const wave = (x: number) => 0.3 + Math.cos(2 * Math.PI * 3 * x + 0.4);
    centresOf(periodicInterpolation(n), n, wave).forEach((u, i) => {
      expect(u).toBeCloseTo(wave((i + 0.5) / n), 13);
    });
    const sine = (x: number) => Math.sin(Math.PI * (n - 1) * x) - Math.sin(2 * Math.PI * x);
    centresOf(wallInterpolation(n), n, sine).forEach((u, i) => {
      expect(u).toBeCloseTo(sine((i + 0.5) / n), 13);
    });
  }
});

test("the way there and back along any axis loses nothing", () => {
  const shape = [3, 6, 5] as const;
  const size = 3 * 6 * 5;
  for (const make of [periodicInterpolation, wallInterpolation]) {
    const matrix = make(6);
    const faces = Float64Array.from({ length: size }, (_, i) =>
      make === wallInterpolation && Math.floor(i / 5) % 6 === 0 ? 0 : Math.sin(i * i),
    );
    const [centres, back] = [new Float64Array(size), new Float64Array(size)];
    applyAlong(matrix, shape, faces, centres, { transpose: false });
    applyAlong(matrix, shape, centres, back, { transpose: true });
    back.forEach((u, i) => {
      expect(u).toBeCloseTo(faces[i] ?? Number.NaN, 13);
    });
  }
});
