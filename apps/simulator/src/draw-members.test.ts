import { advance, type Stepper } from "@eddyflow/pde";
import { foldIn, keyFor } from "@eddyflow/random";
import { type DataInput, dataRecipe, kolmogorov2d, kuramotoSivashinsky2d } from "@eddyflow/systems";
import { expect, test } from "vitest";
import { type Branching, prepareDrawing } from "./draw-members.ts";
import { chooseConditions } from "./ensemble-conditions.ts";
import { prepareEnsemble } from "./run-ensemble.ts";
import { prepareSimulation, trajectoryKey } from "./simulate.ts";

const recipe = kolmogorov2d.recipe.parse({
  ...{ system: "kolmogorov-2d", numPoints: 16, modes: [[2, 1]], viscosity: 0.02 },
  ...{ dt: 0.1, warmUp: 0.5, frameInterval: 0.2, frames: 6 },
  ...{ trajectories: { train: 1, validation: 1, test: 3 } },
  observation: [{ kind: "average", points: 4 }],
});
const configOf = (data: DataInput) => ({
  ...{ name: "stirred", seed: 5, network: { features: [] }, models: {} },
  data: dataRecipe.parse(data),
});
const config = configOf(recipe);
const drawn = (data: DataInput, trajectory: number, branchings: readonly Branching[]) =>
  [...prepareDrawing(configOf(data), "test")(trajectory, branchings)].toSorted(
    (a, b) => a.condition - b.condition || a.member - b.member,
  );
const frame = (trajectory: Float32Array | null, at: number) =>
  trajectory?.subarray(16 * at, 16 * (at + 1));

test("a member is the solver’s own state, advanced by noise of its seed, split, condition and number", () => {
  const { begin, branch, warmUpSteps, stepsPerFrame } = kolmogorov2d.prepare(recipe);
  const { stepper, state } = begin(trajectoryKey(5, "test", 1), 1);
  let own = state;
  // Steps in the pieces in which the split was made: round-off is then the same.
  for (let done = 0; done < warmUpSteps + 3 * stepsPerFrame; ) {
    const steps = Math.min(stepsPerFrame, done < warmUpSteps ? warmUpSteps - done : stepsPerFrame);
    own = advance(stepper, own, steps, done);
    done += steps;
  }
  const members = [0, 7].map((member) => {
    const key = foldIn(keyFor(5, "ensemble/test", 4), member);
    const next = advance(
      branch?.(key) as Stepper,
      own,
      stepsPerFrame,
      warmUpSteps + 3 * stepsPerFrame,
    );
    // The mean over 4 × 4 points.
    return Float32Array.from({ length: 16 }, (_, cell) => {
      const [y, x] = [4 * Math.floor(cell / 4), 4 * (cell % 4)];
      let sum = 0;
      for (let i = 0; i < 16; i++) sum += next[16 * (y + (i >> 2)) + x + (i & 3)] as number;
      return sum / 16;
    });
  });
  const found = drawn(recipe, 1, [{ condition: 4, frame: 3, members: [0, 7] }]);
  expect(found.map(({ member }) => member)).toEqual([0, 7]);
  for (const [i, { values }] of found.entries()) {
    expect(values).toBeAllclose(members[i] as Float32Array, { atol: 1e-6 });
  }
  expect(found[0]?.values).not.toEqual(found[1]?.values);
});

test("conditions that are drawn in one pass are those of a pass for each, and are the frames of the split", () => {
  const branchings: readonly Branching[] = [
    { condition: 0, frame: 4, members: [0, 1] },
    { condition: 2, frame: 0, members: [1] },
    { condition: 5, frame: 4, members: [3] },
  ];
  const together = drawn(recipe, 2, branchings);
  expect(together).toHaveLength(4);
  expect(together).toEqual(branchings.flatMap((one) => drawn(recipe, 2, [one])));
  const seen = new Map<number, Float32Array>();
  const parts: number[] = [];
  const options = {
    onCondition: (condition: number, state: Float32Array) => seen.set(condition, state),
    onProgress: (part: number) => parts.push(part),
  };
  for (const _ of prepareDrawing(config, "test")(2, branchings, options));
  const trajectory = prepareSimulation(recipe)(trajectoryKey(5, "test", 2), { index: 2 });
  for (const [condition, at] of [
    [0, 4],
    [2, 0],
    [5, 4],
  ] as const) {
    expect(seen.get(condition)).toEqual(frame(trajectory, at));
  }
  expect(parts).toEqual(parts.toSorted((a, b) => a - b));
  expect(parts.at(-1)).toBeCloseTo(1, 12);
});

test("a stop is heard between two members", () => {
  let count = 0;
  const draws = prepareDrawing(config, "test")(
    0,
    [{ condition: 0, frame: 0, members: [0, 1, 2] }],
    {
      isStopped: () => count === 2,
    },
  );
  for (const _ of draws) count++;
  expect(count).toBe(2);
});

test.each([
  ["a stirred flow without noise", { ...recipe, stochastic: false }],
  [
    "a system that has none",
    {
      ...{ system: "kuramoto-sivashinsky-2d", extent: 20, numPoints: 16, frames: 6 },
      ...{ warmUp: 1, observation: { pointStride: 4 } },
    },
  ],
] satisfies [string, DataInput][])(
  "the one member of %s is the next frame of the split",
  (_, data) => {
    for (const frameStride of [1, 2]) {
      const [member] = drawn({ ...data, frameStride }, 0, [
        { condition: 0, frame: 2, members: [0] },
      ]);
      const trajectory = prepareSimulation(dataRecipe.parse(data))(trajectoryKey(5, "test", 0));
      expect(member?.values).toEqual(frame(trajectory, 2 + frameStride));
    }
  },
);

test("the time of a member is that of its frame", () => {
  const [member] = drawn({ ...recipe, timestamp: true }, 0, [
    { condition: 0, frame: 2, members: [0] },
  ]);
  expect(member?.values).toHaveLength(32);
  expect(member?.values[1]).toBe(Math.fround(0.6));
});

test("conditions take the trajectories in turn, each frame once, and more begin with fewer", () => {
  const choose = (asked: number | null, changed: Partial<typeof recipe> = {}) =>
    chooseConditions({ ...recipe, ...changed }, { split: "test", seed: 5, asked });
  const all = choose(15);
  expect(all.map(({ trajectory }) => trajectory)).toEqual(
    Array.from({ length: 15 }, (_, i) => i % 3),
  );
  const places = all.map(({ trajectory, frame }) => 10 * trajectory + frame);
  expect(places.toSorted((a, b) => a - b)).toEqual([
    0, 1, 2, 3, 4, 10, 11, 12, 13, 14, 20, 21, 22, 23, 24,
  ]);
  expect(all.slice(0, 8)).toEqual(choose(null));
  expect(() => choose(16)).toThrow(
    /--conditions 16 is more than the test split has; expected at most 15/u,
  );
  // With a frame stride of 2 a model knows frames 0, 2 and 4, and 4 has no next one; two states are known.
  const strided = choose(null, { frameStride: 2, history: 2 });
  expect(strided.map(({ frame }) => frame)).toEqual([2, 2, 2]);
  expect(() => choose(null, { history: 6 })).toThrow(/set data.frames to 7 or more/u);
});

test("a system that cannot draw so many members is refused", () => {
  const ask = (data: DataInput, members: number) =>
    prepareEnsemble(configOf(data), { split: "test", members, conditions: null });
  expect(() => ask({ ...recipe, stochastic: false }, 2)).toThrow(
    /--ensemble 2 cannot be drawn: kolmogorov-2d has no noise here.*write --ensemble 1/u,
  );
  const ks = kuramotoSivashinsky2d.recipe.parse({ system: "kuramoto-sivashinsky-2d" });
  expect(() => ask(ks, 8)).toThrow(/kuramoto-sivashinsky-2d has no noise here/u);
  expect(ask(ks, 1).members).toBe(1);
  expect(() => ask(recipe, 1)).toThrow(/--ensemble 1 says nothing of a distribution/u);
  expect(ask(recipe, 2).conditions).toHaveLength(8);
});
