import { expect, test } from "vitest";
import { nfeOf } from "./sampler-description.ts";
import { uniformGrid } from "./uniform-grid.ts";

test("a Runge–Kutta method costs its stages in each step", () => {
  const nfe = (method: Parameters<typeof nfeOf>[0]["method"], steps: number) =>
    nfeOf({ method, steps, grid: uniformGrid(steps) });
  expect(nfe("midpoint", 50)).toBe(100);
  expect(nfe("euler", 2)).toBe(2);
  expect(nfe("rk4", 3)).toBe(12);
});

test("a flow map costs two evaluations a step, and one where it goes all the way", () => {
  const flow = (steps: number) => nfeOf({ method: "flow", steps, grid: uniformGrid(steps) });
  expect(flow(1)).toBe(1);
  expect(flow(2)).toBe(4);
});
