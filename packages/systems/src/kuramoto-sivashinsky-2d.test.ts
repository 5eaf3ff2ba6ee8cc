import { observe } from "@eddyflow/datasets";
import { kuramotoSivashinsky2d as stepperOf } from "@eddyflow/pde";
import { resample } from "@eddyflow/spectral";
import { expect, test } from "vitest";
import { type KuramotoSivashinskyInput, kuramotoSivashinsky2d } from "./kuramoto-sivashinsky-2d.ts";

const { recipe: schema, solver, layout } = kuramotoSivashinsky2d;

const recipe = schema.parse({
  system: "kuramoto-sivashinsky-2d",
  extent: 20,
  numPoints: 32,
  dt: 0.1,
  frameInterval: 0.3,
  observation: { pointStride: 2 },
});

const seen = (field: Float64Array) => observe(field, layout(recipe), recipe.observation);

/** A smooth field that 8 × 8 points hold exactly, on n × n points. */
const smooth = (n: number) =>
  Float64Array.from({ length: n * n }, (_, i) => {
    const [y, x] = [(2 * Math.PI * Math.floor(i / n)) / n, (2 * Math.PI * (i % n)) / n];
    return Math.sin(x) + 0.5 * Math.cos(2 * y - x);
  });

const largest = (a: ArrayLike<number>, b: ArrayLike<number>) =>
  Math.max(...Array.from(a, (value, i) => Math.abs(value - (b[i] as number))));

test("from a state that the observed points hold exactly, the solver forecasts as the simulation goes on", () => {
  const stepper = stepperOf(recipe);
  const own = solver(recipe, { name: "solver", pointStride: 1 });
  let state = own.begin(seen(smooth(32)));
  for (const steps of [3, 6]) {
    state = own.step(state);
    const expected = seen(stepper.step(smooth(32), steps));
    expect(own.observe(state)).toHaveLength(256);
    expect(largest(own.observe(state), expected)).toBeLessThan(1e-5);
  }
});

test("a sharp state is Fourier-interpolated to the solver's points, and stays whole between steps", () => {
  const sharp = Float32Array.from(smooth(16), (value, i) => value + Math.sin(1.7 * i));
  const own = solver(recipe, { name: "solver", pointStride: 1 });
  const carried = own.observe(own.step(own.step(own.begin(sharp))));
  const start = resample(Float64Array.from(sharp), [16, 16], [32, 32]);
  expect(largest(carried, seen(stepperOf(recipe).step(start, 6)))).toBeLessThan(1e-4);
});

test("a stride makes the solver's grid coarser, and one that leaves no grid is refused", () => {
  const coarse = solver(recipe, { name: "solver:2", pointStride: 2 });
  expect(coarse.description).toBe("ETDRK4 on 16 × 16 points, 3 steps of 0.1");
  const start = seen(smooth(32));
  expect(largest(coarse.observe(coarse.begin(start)), start)).toBeLessThan(1e-6);
  expect(() => solver(recipe, { name: "solver:4", pointStride: 4 })).toThrow(
    "a stride that divides 2",
  );
});

test("a solver that sees only means of its state is refused", () => {
  const blurred = { ...recipe, observation: [{ kind: "average", points: 2 }] } as const;
  expect(() => solver(blurred, { name: "solver", pointStride: 1 })).toThrow(
    "only a part is observed",
  );
});

test("a grid that damps too little is told, with one that does not", () => {
  const { advice } = kuramotoSivashinsky2d;
  const [few, enough] = [96, 120].map((numPoints) => advice({ ...recipe, extent: 120, numPoints }));
  expect(few).toMatch(/^96 points are few for a box of length 120: .*; take 120 or more$/u);
  expect(enough).toBeNull();
});

test.each([
  [{ frameInterval: 0.25 }, ["frameInterval"], "is not a multiple of dt"],
  [{ frameInterval: 0.05 }, ["frameInterval"], "is not a multiple of dt"],
  [{ warmUp: 0.55 }, ["warmUp"], "is not a multiple of dt"],
  [
    { observation: { pointStride: 3 } },
    ["observation", "pointStride"],
    "does not divide numPoints",
  ],
] satisfies [Partial<KuramotoSivashinskyInput>, string[], string][])(
  "%j is refused",
  (rest, path, message) => {
    const { error } = schema.safeParse({ ...recipe, ...rest });
    expect(error?.issues[0]).toMatchObject({ path, message });
  },
);
