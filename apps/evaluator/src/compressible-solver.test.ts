import { averageState, compressibleNavierStokes2d } from "@eddyflow/pde";
import { key } from "@eddyflow/random";
import { expect, test } from "vitest";
import { refine } from "./compressible-solver.ts";
import { solver } from "./solver.ts";
import type { CompressibleNavierStokesSolverRecipe } from "./solver-recipe.ts";

const recipe: CompressibleNavierStokesSolverRecipe = {
  system: "compressible-navier-stokes-2d",
  numPoints: 64,
  averagedTo: 16,
  eta: 1e-3,
  zeta: 1e-3,
  frameInterval: 0.02,
  observation: { pointStride: 1 },
};

/** Means over n² cells of one smooth state: a shear with a slow change of pressure. */
function smooth(n: number): Float64Array {
  const fine = 4 * n;
  const state = Float64Array.from({ length: 4 * fine * fine }, (_, i) => {
    const [y, x] = [Math.floor(i / (4 * fine)), Math.floor(i / 4) % fine].map(
      (cell) => (2 * Math.PI * (cell + 0.5)) / fine,
    ) as [number, number];
    return [0.5 * Math.sin(y), 0.2 * Math.cos(x), 1 + 0.1 * Math.sin(x + y), 6 + 0.1 * Math.cos(y)][
      i % 4
    ] as number;
  });
  return averageState(state, [fine, fine], [n, n]);
}

const largest = (a: ArrayLike<number>, b: ArrayLike<number>) =>
  Math.max(...Array.from(a, (value, i) => Math.abs(value - (b[i] as number))));

test("a refined state keeps the mean of every field in every cell and converges with the square of the cell", () => {
  const errors = [8, 16, 32].map((n) => {
    const coarse = smooth(n);
    const fine = refine(coarse, n, 4);
    for (let cell = 0; cell < n * n; cell++) {
      for (let c = 0; c < 4; c++) {
        let sum = 0;
        for (let y = 0; y < 4; y++) {
          for (let x = 0; x < 4; x++) {
            const row = Math.floor(cell / n) * 4 + y;
            sum += fine[(row * 4 * n + (cell % n) * 4 + x) * 4 + c] as number;
          }
        }
        expect(sum / 16).toBeCloseTo(coarse[4 * cell + c] as number, 12);
      }
    }
    const truth = smooth(4 * n);
    return truth.reduce((sum, v, i) => sum + Math.abs(v - (fine[i] as number)), 0) / truth.length;
  });
  const orders = [0, 1].map((i) => Math.log2((errors[i] as number) / (errors[i + 1] as number)));
  for (const order of orders) expect(order).toBeGreaterThan(1.6);
});

test("between cells of any size density and pressure stay positive", () => {
  const state = Float64Array.from({ length: 4 * 64 }, (_, i) =>
    i % 4 < 2 ? 0 : Math.floor(i / 4) % 3 === 0 ? 1e-3 : 10,
  );
  expect(refine(state, 8, 4).every((value, i) => i % 4 < 2 || value > 0)).toBe(true);
});

test("from observed cells the solver forecasts nearly as the simulation goes on, with its clock", async () => {
  const stepper = compressibleNavierStokes2d(recipe);
  const first = smooth(64);
  const seen = (state: Float64Array) => averageState(state, [64, 64], [16, 16]);
  const timed = (state: Float64Array, time: number) =>
    Float32Array.from({ length: 5 * 256 }, (_, i) =>
      i % 5 === 4 ? time : (state[4 * Math.floor(i / 5) + (i % 5)] as number),
    );
  const forecast = solver("solver", { ...recipe, timestamp: true }, { stride: 1 }).begin(
    timed(seen(first), 0.5),
    1,
  );
  let truth = first;
  for (const time of [0.52, 0.54]) {
    truth = stepper.step(truth);
    const made = await forecast.step(key(0));
    const [moved, error] = [
      largest(timed(seen(first), time), timed(seen(truth), time)),
      largest(made, timed(seen(truth), time)),
    ];
    expect(error).toBeLessThan(0.2 * moved);
    expect(made[4]).toBe(Math.fround(time));
  }
});

test("on the observed cells the solver starts from exactly what is seen; other strides are refused", async () => {
  const coarse = solver("solver:4", recipe, { stride: 4 });
  expect(coarse.description).toContain("HLLC on 16 × 16 cells");
  const state = smooth(16);
  const made = await coarse.begin(Float32Array.from(state), 1).step(key(0));
  const alone = compressibleNavierStokes2d({ ...recipe, numPoints: 16 });
  const own = alone.step(Float64Array.from(Float32Array.from(state)));
  expect(largest(made, own)).toBeLessThan(1e-6);
  expect(() => solver("solver:8", recipe, { stride: 8 })).toThrow("a stride that divides 4");
  expect(() =>
    solver("solver", { ...recipe, observation: { pointStride: 2 } }, { stride: 1 }),
  ).toThrow("not all are seen");
});
