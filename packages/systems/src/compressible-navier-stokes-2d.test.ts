import { averageState, compressibleNavierStokes2d as stepperOf } from "@eddyflow/pde";
import { expect, test } from "vitest";
import {
  type CompressibleNavierStokesInput,
  compressibleNavierStokes2d,
} from "./compressible-navier-stokes-2d.ts";

const { recipe: schema, solver } = compressibleNavierStokes2d;

const made = (rest: Partial<CompressibleNavierStokesInput> = {}) =>
  schema.parse({
    system: "compressible-navier-stokes-2d",
    numPoints: 64,
    averagedTo: 16,
    eta: 1e-3,
    zeta: 1e-3,
    frameInterval: 0.02,
    ...rest,
  });

/** A smooth state on n² cells: a shear with a slow change of pressure. */
const smooth = (n: number) =>
  Float64Array.from({ length: 4 * n * n }, (_, i) => {
    const [y, x] = [Math.floor(i / (4 * n)), Math.floor(i / 4) % n].map(
      (cell) => (2 * Math.PI * (cell + 0.5)) / n,
    ) as [number, number];
    return [0.5 * Math.sin(y), 0.2 * Math.cos(x), 1 + 0.1 * Math.sin(x + y), 6 + 0.1 * Math.cos(y)][
      i % 4
    ] as number;
  });

const largest = (a: ArrayLike<number>, b: ArrayLike<number>) =>
  Math.max(...Array.from(a, (value, i) => Math.abs(value - (b[i] as number))));

test("from observed cells the solver forecasts nearly as the simulation goes on", () => {
  const recipe = made();
  const stepper = stepperOf({ numPoints: 64, eta: 1e-3, zeta: 1e-3, frameInterval: 0.02 });
  const seen = (state: Float64Array) => Float32Array.from(averageState(state, [64, 64], [16, 16]));
  const own = solver(recipe, { name: "solver", pointStride: 1 });
  let truth: Float64Array = smooth(64);
  const first = seen(truth);
  let state = own.begin(first);
  for (let frame = 0; frame < 2; frame++) {
    truth = stepper.step(truth);
    state = own.step(state);
    expect(largest(own.observe(state), seen(truth))).toBeLessThan(
      0.2 * largest(first, seen(truth)),
    );
  }
});

test("on the observed cells the solver starts from exactly what is seen", () => {
  const coarse = solver(made(), { name: "solver:4", pointStride: 4 });
  expect(coarse.description).toContain("HLLC on 16 × 16 cells");
  const state = Float32Array.from(smooth(16));
  const alone = stepperOf({ numPoints: 16, eta: 1e-3, zeta: 1e-3, frameInterval: 0.02 });
  const expected = alone.step(Float64Array.from(state));
  expect(largest(coarse.observe(coarse.step(coarse.begin(state))), expected)).toBeLessThan(1e-6);
});

test("a stride that leaves no grid is refused, and so are cells that are not observed", () => {
  expect(() => solver(made(), { name: "solver:8", pointStride: 8 })).toThrow(
    "a stride that divides 4",
  );
  const sparse = made({ observation: { pointStride: 2 } });
  expect(() => solver(sparse, { name: "solver", pointStride: 1 })).toThrow(
    "needs every recorded cell, and only some of them are observed",
  );
});

test("the recorded cells divide those of the solver, and a stride those that are recorded", () => {
  const problem = (rest: Partial<CompressibleNavierStokesInput>) =>
    schema.safeParse({ ...made(), ...rest }).error?.issues[0];
  expect(problem({ averagedTo: 24 })).toMatchObject({
    path: ["averagedTo"],
    message: "does not divide numPoints",
  });
  expect(problem({ observation: { pointStride: 3 } })).toMatchObject({
    path: ["observation", "pointStride"],
    message: "does not divide averagedTo",
  });
});
