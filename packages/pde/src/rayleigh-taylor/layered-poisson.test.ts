import { key, normal } from "@eddyflow/random";
import { expect, test } from "vitest";
import { layeredPoisson } from "./layered-poisson.ts";
import { fillGhosts, paddedGrid } from "./padded-grid.ts";

test("the direct solver inverts −∇·(β(z)∇ψ) on boxes of any size", () => {
  for (const shape of [
    [5, 4, 6],
    [4, 7, 5],
  ] as const) {
    const [nz, ny, nx] = shape;
    const grid = paddedGrid(shape, [1, 0.7, 2]);
    const centres = Float64Array.from({ length: nz }, (_, k) => 1 + 0.5 * k);
    const faces = Float64Array.from({ length: nz + 1 }, (_, k) => 3 - 0.4 * k);
    const solver = layeredPoisson(grid);
    solver.factor(centres, faces);
    const draws = normal(key(1), nz * ny * nx);
    const mean = draws.reduce((sum, u) => sum + u, 0) / draws.length;
    const [f, psi] = [new Float64Array(grid.size), new Float64Array(grid.size)];
    const places = Array.from(draws, (_, i) => {
      const [k, j] = [Math.floor(i / (nx * ny)), Math.floor(i / nx) % ny];
      return grid.first + k * grid.strides[0] + j * grid.strides[1] + (i % nx);
    });
    places.forEach((at, i) => {
      f[at] = (draws[i] ?? 0) - mean;
    });
    solver.solve(f, psi);
    fillGhosts(grid, psi);
    places.forEach((at, i) => {
      const k = Math.floor(i / (nx * ny));
      const value = [0, 1, 2].reduce((sum, axis) => {
        const stride = grid.strides[axis] ?? 0;
        const [low, high] = axis === 0 ? [faces[k], faces[k + 1]] : [centres[k], centres[k]];
        const gap = (to: number) => (psi[at] ?? 0) - (psi[to] ?? 0);
        const flux = (low ?? 0) * gap(at - stride) + (high ?? 0) * gap(at + stride);
        return sum + flux / (grid.spacing[axis] ?? 0) ** 2;
      }, 0);
      expect(value).toBeCloseTo(f[at] ?? Number.NaN, 11);
    });
  }
});
