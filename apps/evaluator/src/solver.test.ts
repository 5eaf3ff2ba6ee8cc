import { type FieldLayout, observe } from "@eddyflow/datasets";
import { kuramotoSivashinsky2d } from "@eddyflow/pde";
import { key } from "@eddyflow/random";
import { resample } from "@eddyflow/spectral";
import { expect, test } from "vitest";
import { solver } from "./solver.ts";
import { type KuramotoSivashinskySolverRecipe, solverRecipe } from "./solver-recipe.ts";
import { stubStore } from "./stub-store.ts";

const recipe: KuramotoSivashinskySolverRecipe = {
  system: "kuramoto-sivashinsky-2d",
  operator: "biharmonic",
  domainExtent: 20,
  numPoints: 32,
  dt: 0.1,
  frameInterval: 0.3,
  observation: { pointStride: 2 },
};

/** A smooth field that 8 × 8 points hold exactly, on n × n points. */
const layout: FieldLayout = {
  grid: { shape: [32, 32], extent: [1, 1], boundary: ["periodic", "periodic"] },
  channels: ["u"],
};

const smooth = (n: number) =>
  Float64Array.from({ length: n * n }, (_, i) => {
    const [y, x] = [(2 * Math.PI * Math.floor(i / n)) / n, (2 * Math.PI * (i % n)) / n];
    return Math.sin(x) + 0.5 * Math.cos(2 * y - x);
  });

test("from a state that the observed points hold exactly, the solver forecasts as the simulation goes on", async () => {
  const stepper = kuramotoSivashinsky2d(recipe);
  const first = smooth(32);
  const [second, third] = [stepper.step(first, 3), stepper.step(first, 6)];
  const seen = (field: Float64Array) => observe(field, layout, recipe.observation);
  const forecast = solver("solver", recipe, { stride: 1 }).begin(seen(first), 1);
  for (const truth of [second, third]) {
    const state = await forecast.step(key(0));
    const expected = seen(truth);
    expect(state).toHaveLength(256);
    state.forEach((value, i) => {
      expect(Math.abs(value - (expected[i] as number))).toBeLessThan(1e-5);
    });
  }
});

test("its own state stays whole between steps: it is not observed and interpolated again", async () => {
  const sharp = Float32Array.from(smooth(16), (value, i) => value + Math.sin(1.7 * i));
  const forecast = solver("solver", recipe, { stride: 1 }).begin(sharp, 1);
  await forecast.step(key(0));
  const carried = await forecast.step(key(0));
  const stepper = kuramotoSivashinsky2d(recipe);
  const whole = stepper.step(resample(Float64Array.from(sharp), [16, 16], [32, 32]), 6);
  const expected = observe(whole, layout, recipe.observation);
  carried.forEach((value, i) => {
    expect(Math.abs(value - (expected[i] as number))).toBeLessThan(1e-4);
  });
});

test("rows are forecast each for itself, and a stride makes the grid coarser", async () => {
  const coarse = solver("solver:2", recipe, { stride: 2 });
  expect(coarse.description).toBe("ETDRK4 on 16 × 16 points, 3 steps of 0.1");
  const one = Float32Array.from(smooth(16));
  const two = one.map((value) => -value);
  const both = await coarse.begin(Float32Array.from([...one, ...two]), 2).step(key(0));
  const alone = await coarse.begin(two, 1).step(key(0));
  expect(both.slice(256)).toEqual(alone);
  expect(both.slice(0, 256)).not.toEqual(alone);
});

test("what is seen of a state must be enough for the solver", () => {
  const seenAs = (stored: object, shape: readonly number[]) =>
    solverRecipe(
      {
        ...stubStore,
        description: {
          ...stubStore.description,
          channels: ["u"],
          recipe: { ...stored },
          frameInterval: 0.6,
          grid: { shape, extent: [20, 20], boundary: ["periodic", "periodic"] },
        },
      },
      [],
      2,
    );
  // Every second frame: a step of the solver's is as long as two of them.
  expect(seenAs(recipe, [16, 16])).toMatchObject({ dt: 0.1, frameInterval: 0.6 });
  expect(() =>
    seenAs({ ...recipe, observation: [{ kind: "average", points: 2 }] }, [16, 16]),
  ).toThrow("cannot start from what is seen");
  expect(() => seenAs({ system: "rayleigh-taylor-3d" }, [16, 16])).toThrow(
    "the solver cannot go on from a Rayleigh–Taylor state as it is seen",
  );
});

test("a stride that leaves no grid for the observed points is refused", () => {
  expect(() => solver("solver:4", recipe, { stride: 4 })).toThrow("a stride that divides 2");
});
