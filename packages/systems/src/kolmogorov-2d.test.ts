import { observe } from "@eddyflow/datasets";
import { advance, type Stepper } from "@eddyflow/pde";
import { key } from "@eddyflow/random";
import { expect, test } from "vitest";
import { type KolmogorovInput, kolmogorov2d } from "./kolmogorov-2d.ts";

const small = {
  system: "kolmogorov-2d",
  numPoints: 27,
  viscosity: 0.02,
  dt: 0.1,
  warmUp: 0.5,
  frameInterval: 0.2,
} as const satisfies KolmogorovInput;
const course = (changed: Partial<KolmogorovInput>, seed = 1) => {
  const { begin, warmUpSteps, stepsPerFrame } = kolmogorov2d.prepare(
    kolmogorov2d.recipe.parse({ ...small, observation: { pointStride: 1 }, ...changed }),
  );
  const { stepper, state } = begin(key(seed), 0);
  const first = advance(stepper, state, warmUpSteps);
  return {
    first,
    next: (after = 0) => advance(stepper, first, stepsPerFrame, warmUpSteps + after),
  };
};
const same = (a: Float64Array, b: Float64Array) => a.every((value, i) => value === b[i]);

test("a trajectory is a function of its key, and the same state goes on with other noise at another step", () => {
  const one = course({});
  expect(same(one.next(), course({}).next())).toBe(true);
  expect(same(one.first, course({}, 2).first)).toBe(false);
  expect(same(one.next(), one.next(2))).toBe(false);
});

test("without noise after the warm-up the same state always goes on in the same way", () => {
  const quiet = course({ stochastic: false });
  expect(same(quiet.first, course({}).first)).toBe(true);
  expect(same(quiet.next(), quiet.next(2))).toBe(true);
  expect(same(quiet.next(), course({}).next())).toBe(false);
});

test.each([
  [{ frameInterval: 0.25 }, ["frameInterval"], "is not a multiple of dt"],
  [{ warmUp: 0.55 }, ["warmUp"], "is not a multiple of dt"],
  [
    { observation: { pointStride: 2 } },
    ["observation", "pointStride"],
    "does not divide numPoints",
  ],
  [{ modes: [[9, 0]] }, ["modes"], "not below a third"],
  [{ modes: [[0, 0]] }, ["modes"], "the mean"],
] satisfies [Partial<KolmogorovInput>, string[], string][])(
  "%j is refused",
  (changed, path, message) => {
    const { error } = kolmogorov2d.recipe.safeParse({
      ...small,
      observation: { pointStride: 1 },
      ...changed,
    });
    expect(error?.issues).toMatchObject([{ path, message: expect.stringContaining(message) }]);
  },
);

test("a branch goes on with the noise of its own key from the same state, and leaves the others as they are", () => {
  const recipe = kolmogorov2d.recipe.parse({ ...small, observation: { pointStride: 1 } });
  const { begin, branch, warmUpSteps, stepsPerFrame } = kolmogorov2d.prepare(recipe);
  const { stepper, state } = begin(key(1), 0);
  const first = advance(stepper, state, warmUpSteps);
  const next = (one: Stepper | undefined) =>
    advance(one as Stepper, first, stepsPerFrame, warmUpSteps);
  const [two, three] = [next(branch?.(key(2))), next(branch?.(key(3)))];
  expect(same(two, three)).toBe(false);
  expect(same(two, next(branch?.(key(2))))).toBe(true);
  expect(same(next(branch?.(key(1))), next(stepper))).toBe(true);
  expect(same(next(stepper), course({}).next())).toBe(true);
});

test("a flow without noise has no branches", () => {
  expect(
    kolmogorov2d.prepare(
      kolmogorov2d.recipe.parse({ ...small, stochastic: false, observation: [] }),
    ),
  ).not.toHaveProperty("branch");
});

const seenBy = (changed: Partial<KolmogorovInput>, pointStride = 1) => {
  const recipe = kolmogorov2d.recipe.parse({ ...small, ...changed });
  return kolmogorov2d.solver(recipe, { name: `solver:${pointStride}`, pointStride });
};
/** A smooth vorticity that 9 × 9 boxes of 3 × 3 cells resolve, on n × n points. */
const smooth = (n: number) =>
  Float64Array.from({ length: n * n }, (_, i) => {
    const [y, x] = [(2 * Math.PI * Math.floor(i / n)) / n, (2 * Math.PI * (i % n)) / n];
    return Math.sin(x + 0.3) + 0.5 * Math.cos(2 * y - x);
  });

test("the solver starts from the field behind the means of boxes, on a coarser grid too, and is seen as the data are", () => {
  const boxes = { observation: [{ kind: "average", points: 3 }], modes: [[1, 0]] } as const;
  const grid = { shape: [27, 27], extent: [1, 1], boundary: ["periodic", "periodic"] } as const;
  const seen = observe(smooth(27), { grid, channels: ["vorticity"] }, boxes.observation);
  for (const [stride, n] of [
    [1, 27],
    [3, 9],
  ] as const) {
    const solver = seenBy(boxes, stride);
    const state = solver.begin(seen);
    expect(state).toBeAllclose(smooth(n), { atol: 1e-6 });
    expect(solver.observe(state)).toBeAllclose(seen, { atol: 1e-6 });
  }
  expect(() => seenBy(boxes, 2)).toThrow(/solver:2 has no grid.*a stride that divides 3/u);
  expect(() => seenBy({ observation: [{ kind: "slice", axis: 0, at: 0 }] })).toThrow(
    /cannot start/u,
  );
});

test("a step of the solver has the noise of its key, and none without", () => {
  const points = { observation: { pointStride: 1 } } as const;
  const solver = seenBy(points);
  const state = solver.begin(Float32Array.from(smooth(27)));
  const quiet = seenBy({ ...points, stochastic: false });
  expect(same(solver.step(state, key(1)), solver.step(state, key(1)))).toBe(true);
  expect(same(solver.step(state, key(1)), solver.step(state, key(2)))).toBe(false);
  expect(same(solver.step(state), quiet.step(state, key(1)))).toBe(true);
  expect(same(solver.step(state), solver.step(state, key(1)))).toBe(false);
  expect([solver.stochastic, quiet.stochastic]).toEqual([true, false]);
});
