import { advance } from "@eddyflow/pde";
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
  const { stepper, state } = begin(key(seed));
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
