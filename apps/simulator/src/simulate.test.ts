import { atSize, type Experiment, ks2d, ns2d, type Size } from "@eddyflow/experiments";
import {
  advance,
  averageState,
  compressibleNavierStokes2d,
  kuramotoSivashinsky2d,
  randomFourierField,
  randomState,
  turbulentVelocity,
} from "@eddyflow/pde";
import { key } from "@eddyflow/random";
import { expect, test } from "vitest";
import { describe, prepareSimulation, trajectoryKey } from "./simulate.ts";

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

const gas = {
  ...ns2d.data,
  numPoints: 24,
  averagedTo: 12,
  eta: 0.01,
  frameInterval: 0.01,
  frames: 3,
} as const;

test.each([
  ["turbulence", { kind: "turbulence", projection: "solenoidal" }],
  ["random", { kind: "random" }],
] as const)(
  "a gas of the initial state %s is recorded from that state on, as means that keep mass, momentum and energy",
  (kind, initial) => {
    const frames = prepareSimulation({ ...gas, initial, timestamp: true })(key(4));
    const cells = [24, 24];
    let state =
      kind === "random"
        ? randomState(key(4), cells, { mach: 0.1 })
        : turbulentVelocity(key(4), cells, { mach: 0.1, projection: "solenoidal" });
    const stepper = compressibleNavierStokes2d(gas);
    for (let frame = 0; frame < 3; frame++) {
      if (frame > 0) state = stepper.step(state);
      const expected = averageState(state, cells, [12, 12]);
      for (let point = 0; point < 144; point++) {
        const seen = frames?.subarray(5 * (frame * 144 + point), 5 * (frame * 144 + point + 1));
        for (let c = 0; c < 4; c++) {
          expect(seen?.[c]).toBe(Math.fround(expected[4 * point + c] as number));
        }
        // The time comes with each state where it is asked for.
        expect(seen?.[4]).toBe(Math.fround(frame * 0.01));
      }
    }
  },
);

test.each([
  ["ks2d", "full", [256, 256], ["u"]],
  ["ks2d", "small", [32, 32], ["u"]],
  ["ns2d", "full", [64, 64], ["vx", "vy", "density", "pressure"]],
  ["ns2d", "small", [16, 16], ["vx", "vy", "density", "pressure"]],
] as const)("of %s at %s size %j points are seen", (name, size: Size, shape, channels) => {
  const config = atSize<Experiment["data"]>({ ks2d, ns2d }[name], size);
  const description = describe(config, "validation");
  expect(description).toMatchObject({ grid: { shape }, channels });
  expect(description.trajectories).toBe(Reflect.get(config.data, "trajectories").validation);
});

test("files are not simulated", () => {
  expect(() => prepareSimulation({ system: "files", path: "x" })).toThrow(
    /there is nothing to simulate; .* the trainer reads the files as they are/u,
  );
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
