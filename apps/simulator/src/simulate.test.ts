import { ks2d } from "@eddyflow/experiments";
import { advance, kuramotoSivashinsky2d, randomFourierField } from "@eddyflow/pde";
import { key } from "@eddyflow/random";
import { expect, test } from "vitest";
import { prepareSimulation, trajectoryKey } from "./simulate.ts";

const recipe = {
  ...ks2d.data,
  domainExtent: 20,
  numPoints: 16,
  dt: 0.1,
  frameInterval: 0.3,
  warmUp: 0.7,
  frames: 3,
  observation: { stride: 2 },
};

test("a trajectory is the solver's state after the warm-up and each interval, at every second point", () => {
  const frames = prepareSimulation(recipe)(key(1));
  const stepper = kuramotoSivashinsky2d(recipe);
  let state = advance(stepper, randomFourierField(key(1), [16, 16]), 7);
  for (let frame = 0; frame < 3; frame++) {
    if (frame > 0) state = advance(stepper, state, 3);
    for (let y = 0; y < 8; y++) {
      for (let x = 0; x < 8; x++) {
        const seen = frames?.[(frame * 8 + y) * 8 + x] ?? Number.NaN;
        expect(seen).toBeCloseTo(state[2 * y * 16 + 2 * x] as number, 5);
      }
    }
  }
});

test("progress rises to one, and a stop is heard during the warm-up", () => {
  const fractions: number[] = [];
  prepareSimulation(recipe)(key(1), { onProgress: (fraction) => fractions.push(fraction) });
  expect(fractions).toEqual([...fractions].sort((a, b) => a - b));
  expect(fractions.at(-1)).toBe(1);
  let asked = 0;
  expect(prepareSimulation(recipe)(key(1), { isStopped: () => ++asked === 2 })).toBeNull();
  expect(asked).toBe(2);
});

test("seeds, splits and indices have keys of their own", () => {
  const keys = [
    trajectoryKey(0, "train", 0),
    trajectoryKey(0, "train", 1),
    trajectoryKey(0, "test", 0),
    trajectoryKey(1, "train", 0),
  ];
  expect(new Set(keys.map(String)).size).toBe(4);
});
