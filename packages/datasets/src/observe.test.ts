import { isEddyflowError } from "@eddyflow/core";
import { expect, test } from "vitest";
import { observe, observeGrid } from "./observe.ts";

test("every stride-th point of each axis is seen, all channels of it", () => {
  const [nz, ny, nx, channels, stride] = [4, 6, 8, 2, 2];
  const field = Float64Array.from({ length: nz * ny * nx * channels }, (_, i) => i);
  const seen = observe(field, [nz, ny, nx], channels, { stride });
  const expected: number[] = [];
  for (let z = 0; z < nz; z += stride) {
    for (let y = 0; y < ny; y += stride) {
      for (let x = 0; x < nx; x += stride) {
        for (let c = 0; c < channels; c++) expected.push(((z * ny + y) * nx + x) * channels + c);
      }
    }
  }
  expect([...seen]).toEqual(expected);
});

test("at stride one the field is copied", () => {
  const field = Float32Array.of(1, 2, 3, 4);
  const seen = observe(field, [2, 2], 1, { stride: 1 });
  field[0] = 9;
  expect([...seen]).toEqual([1, 2, 3, 4]);
});

test("what is seen has fewer points over the same box", () => {
  const grid = { shape: [8, 4], extent: [2, 1], boundary: ["periodic", "wall"] } as const;
  expect(observeGrid(grid, { stride: 4 })).toEqual({ ...grid, shape: [2, 1] });
});

test("a stride that does not divide the grid and a field of another size are refused", () => {
  const named = (name: "ArgumentError" | "ShapeError", run: () => unknown) => {
    try {
      run();
      expect.unreachable();
    } catch (error) {
      expect(isEddyflowError(error, name)).toBe(true);
    }
  };
  named("ArgumentError", () => observe(new Float64Array(36), [6, 6], 1, { stride: 4 }));
  named("ArgumentError", () => observe(new Float64Array(36), [6, 6], 1, { stride: 0 }));
  named("ShapeError", () => observe(new Float64Array(35), [6, 6], 1, { stride: 2 }));
});
