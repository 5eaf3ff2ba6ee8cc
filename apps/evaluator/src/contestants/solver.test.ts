import { observe } from "@eddyflow/datasets";
import { kuramotoSivashinsky2d as stepperOf } from "@eddyflow/pde";
import { key } from "@eddyflow/random";
import { kolmogorov2d, kuramotoSivashinsky2d } from "@eddyflow/systems";
import { expect, test } from "vitest";
import { stubStore } from "../measure/stub-store.ts";
import { solver } from "./solver.ts";
import { solverRecipe } from "./solver-recipe.ts";

const recipe = kuramotoSivashinsky2d.recipe.parse({
  system: "kuramoto-sivashinsky-2d",
  extent: 20,
  numPoints: 32,
  dt: 0.1,
  frameInterval: 0.3,
  observation: { pointStride: 2 },
});

/** A smooth field that 8 × 8 points hold exactly, on n × n points. */
const smooth = (n: number) =>
  Float64Array.from({ length: n * n }, (_, i) => {
    const [y, x] = [(2 * Math.PI * Math.floor(i / n)) / n, (2 * Math.PI * (i % n)) / n];
    return Math.sin(x) + 0.5 * Math.cos(2 * y - x);
  });

const seen = (field: Float64Array) =>
  observe(field, kuramotoSivashinsky2d.layout(recipe), recipe.observation);

test("a forecast goes on as the simulation does, from the solver's own state", async () => {
  const stepper = stepperOf(recipe);
  const forecast = solver("solver", recipe, { pointStride: 1 }).begin(seen(smooth(32)), 1);
  for (const steps of [3, 6]) {
    const state = await forecast.step(key(0));
    const expected = seen(stepper.step(smooth(32), steps));
    state.forEach((value, i) => {
      expect(Math.abs(value - (expected[i] as number))).toBeLessThan(1e-5);
    });
  }
});

test("rows are forecast each for itself", async () => {
  const coarse = solver("solver:2", recipe, { pointStride: 2 });
  expect(coarse.description).toBe("ETDRK4 on 16 × 16 points, 3 steps of 0.1");
  const one = Float32Array.from(smooth(16));
  const two = one.map((value) => -value);
  const both = await coarse.begin(Float32Array.from([...one, ...two]), 2).step(key(0));
  const alone = await coarse.begin(two, 1).step(key(0));
  expect(both.slice(256)).toEqual(alone);
  expect(both.slice(0, 256)).not.toEqual(alone);
});

test("the time of a state is not given to the solver, and goes on by the clock", async () => {
  const timed = solver("solver", { ...recipe, timestamp: true }, { pointStride: 1 });
  const start = Float32Array.from(smooth(16));
  const withTime = Float32Array.from({ length: 512 }, (_, i) =>
    i % 2 === 1 ? 0.5 : (start[i / 2] as number),
  );
  const next = await timed.begin(withTime, 1).step(key(0));
  expect(next[1]).toBe(Math.fround(0.8));
  const alone = await solver("solver", recipe, { pointStride: 1 }).begin(start, 1).step(key(0));
  expect(next.filter((_, i) => i % 2 === 0)).toEqual(alone);
});

test("members of a solver with noise differ from row to row and step to step, and a key gives them again", async () => {
  const stirred = kolmogorov2d.recipe.parse({
    ...{ system: "kolmogorov-2d", numPoints: 16, viscosity: 0.02, modes: [[2, 1]] },
    ...{ dt: 0.1, frameInterval: 0.2, observation: [{ kind: "average", points: 2 }] },
  });
  const contestant = solver("solver", stirred, { pointStride: 1 });
  const start = new Float32Array(64);
  const forecast = contestant.begin(Float32Array.from([...start, ...start]), 2);
  const [first, second] = [await forecast.step(key(1)), await forecast.step(key(1))];
  expect(contestant.ensemble).toBe(true);
  expect(first.subarray(0, 64)).not.toEqual(first.subarray(64));
  const again = contestant.begin(Float32Array.from([...start, ...start]), 2);
  expect(await again.step(key(1))).toEqual(first);
  expect(await again.step(key(1))).toEqual(second);
  const other = contestant.begin(Float32Array.from([...start, ...start]), 2);
  await other.step(key(1));
  expect(await other.step(key(2))).not.toEqual(second);

  const quiet = solver("solver", stirred, { pointStride: 1, noise: false });
  expect(quiet).toMatchObject({ ensemble: false, nfePerStep: null });
  expect(quiet.description).toMatch(/without noise$/u);
  expect(await quiet.begin(start, 1).step(key(1))).toEqual(start);
  expect(contestant.nfePerStep).toBeNull();
});

const storeOf = (stored: object, shape: readonly number[]) => ({
  ...stubStore,
  description: {
    ...stubStore.description,
    channels: ["u"],
    recipe: { ...stored },
    frameInterval: 0.6,
    grid: { shape, extent: [20, 20], boundary: ["periodic", "periodic"] as const },
  },
});

test("a store of every second frame makes the solver's step as long as two of the simulation's", () => {
  expect(solverRecipe(storeOf(recipe, [16, 16]), [], { frameStride: 2 })).toMatchObject({
    dt: 0.1,
    frameInterval: 0.6,
  });
});

test("a recipe is changed by overrides, and checked like one of the simulator", () => {
  const store = storeOf(recipe, [16, 16]);
  expect(solverRecipe(store, ["data.dt=0.15", "data.frames=3"], { frameStride: 2 })).toMatchObject({
    dt: 0.15,
  });
  expect(() => solverRecipe(store, ["data.dt=0.13"], { frameStride: 2 })).toThrow(
    "data.frameInterval is not a multiple of dt",
  );
  expect(() => solverRecipe(store, ["data.numPoints=64"], { frameStride: 2 })).toThrow(
    "data.numPoints=64 describes other states than the test data hold",
  );
});

test("a recipe that was stored with the words of older ones is understood", () => {
  const { extent: domainExtent, observation: _, ...rest } = recipe;
  const old = { ...rest, domainExtent, observation: { stride: 2 } };
  expect(solverRecipe(storeOf(old, [16, 16]), [], { frameStride: 2 })).toEqual(
    solverRecipe(storeOf(recipe, [16, 16]), [], { frameStride: 2 }),
  );
});

test("data that no solver made are refused", () => {
  for (const stored of [{}, { system: "burgers" }, { system: recipe.system, numPonts: 3 }]) {
    expect(() => solverRecipe(storeOf(stored, [16, 16]), [])).toThrow("is not known");
  }
});
