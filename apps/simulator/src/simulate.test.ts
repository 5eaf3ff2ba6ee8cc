import {
  atSize,
  type Experiment,
  kolmogorov2d,
  ks2d,
  ns2d,
  rti3dFull,
  rti3dSliced,
  type Size,
} from "@eddyflow/experiments";
import {
  advance,
  averageState,
  compressibleNavierStokes2d as gasStepper,
  rayleighTaylor3d as layerStepper,
  randomFourierField,
  randomState,
  turbulentVelocity,
  kuramotoSivashinsky2d as waveStepper,
} from "@eddyflow/pde";
import { key } from "@eddyflow/random";
import {
  compressibleNavierStokes2d,
  type DataInput,
  dataRecipe,
  kuramotoSivashinsky2d,
  rayleighTaylor3d,
  requireSimulation,
  systemOf,
} from "@eddyflow/systems";
import { expect, test } from "vitest";
import { describe, prepareSimulation, trajectoryKey } from "./simulate.ts";

const recipe = kuramotoSivashinsky2d.recipe.parse({
  system: "kuramoto-sivashinsky-2d",
  extent: 20,
  numPoints: 16,
  dt: 0.1,
  frameInterval: 0.3,
  warmUp: 0.7,
  frames: 3,
  observation: { pointStride: 2 },
});

const configOf = (experiment: Experiment, size: Size) => {
  const { name, data } = atSize<DataInput>(experiment, size);
  return { name, seed: 0, data: dataRecipe.parse(data), network: { features: [] }, models: {} };
};

test("a trajectory is the solver's state after the warm-up and each interval, at every second point", () => {
  const frames = prepareSimulation(recipe)(key(1));
  const stepper = waveStepper(recipe);
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

const gas = compressibleNavierStokes2d.recipe.parse({
  system: "compressible-navier-stokes-2d",
  numPoints: 24,
  averagedTo: 12,
  eta: 0.01,
  frameInterval: 0.01,
  frames: 3,
});

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
    const stepper = gasStepper(gas);
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
  ["kolmogorov2d", "full", [64, 64], ["vorticity"]],
  ["kolmogorov2d", "small", [16, 16], ["vorticity"]],
  ["ns2d", "full", [64, 64], ["vx", "vy", "density", "pressure"]],
  ["ns2d", "small", [16, 16], ["vx", "vy", "density", "pressure"]],
  ["rti3d_full", "full", [32, 32, 32], ["vx", "vy", "vz", "density", "timestamp"]],
  ["rti3d_full", "small", [16, 8, 8], ["vx", "vy", "vz", "density", "timestamp"]],
  ["rti3d_sliced", "full", [128, 128], ["vx", "vy", "vz", "density", "timestamp"]],
  ["rti3d_sliced", "small", [16, 8], ["vx", "vy", "vz", "density", "timestamp"]],
] as const)("of %s at %s size %j points are seen", (name, size: Size, shape, channels) => {
  const experiment = { ks2d, kolmogorov2d, ns2d, rti3d_full: rti3dFull, rti3d_sliced: rti3dSliced }[
    name
  ];
  const config = configOf(experiment, size);
  const description = describe(config, "validation");
  expect(description).toMatchObject({ grid: { shape }, channels });
  expect(description.trajectories).toBe(Reflect.get(config.data, "trajectories").validation);
});

test("noise goes on from frame to frame as in one piece", () => {
  const recipe = requireSimulation(configOf(kolmogorov2d, "small").data);
  const data = { ...recipe, frames: 4, observation: { pointStride: 1 } };
  const frames = prepareSimulation(data)(key(1)) ?? new Float32Array();
  const { begin, warmUpSteps, stepsPerFrame } = systemOf(data).prepare(data);
  const { stepper, state } = begin(key(1), 0);
  const expected = stepper.step(state, warmUpSteps + 3 * stepsPerFrame);
  const scale = Math.max(...expected);
  for (const [i, value] of frames.slice(-expected.length).entries()) {
    expect(Math.abs(value - (expected[i] as number)) / scale).toBeLessThan(1e-6);
  }
});

test("a store is told its parameters, one value per trajectory, and not how pairs are made", () => {
  const { parameters, recipe } = describe(configOf(rti3dFull, "small"), "train");
  expect(parameters).toEqual({ atwood: [3 / 4, 1 / 2, 1 / 4, 1 / 8, 1 / 16] });
  expect(describe(configOf(ks2d, "small"), "train")).not.toHaveProperty("parameters");
  for (const key of ["trajectories", "frameStride", "history", "parameters", "augmentation"]) {
    expect(recipe).not.toHaveProperty(key);
  }
});

const layer = rayleighTaylor3d.recipe.parse({ ...atSize(rti3dFull, "small").data, frames: 2 });
const last = (frames: Float32Array | null) => (frames ?? new Float32Array()).slice(-5 * 1024);

test("layers of the Atwood numbers in turn begin at rest and go on as the solver's, with the time", () => {
  const heaviest = [0, 1, 5].map((index) => {
    const frames = prepareSimulation(layer)(key(1), { index }) ?? new Float32Array();
    const atwood = [3 / 4, 1 / 2, 3 / 4][[0, 1, 5].indexOf(index)] as number;
    const first = Float64Array.from(frames.subarray(0, 5 * 1024)).filter((_, i) => i % 5 !== 4);
    expect(first.filter((_, i) => i % 4 !== 3).every((velocity) => velocity === 0)).toBe(true);
    const lightest = first.filter((_, i) => i % 4 === 3).reduce((a, b) => Math.min(a, b));
    expect(lightest).toBeCloseTo((1 - atwood) / (1 + atwood), 2);
    const stepper = layerStepper({
      ...layer,
      numPoints: [16, 8, 8],
      extent: [2, 1, 1],
      atwood,
      gravity: 1 / atwood,
    });
    const expected = stepper.step(first);
    for (const [i, value] of last(frames).entries()) {
      const own = i % 5 === 4 ? 0.2 : (expected[4 * Math.floor(i / 5) + (i % 5)] as number);
      // The first state was rounded once before it was given to the solver here.
      expect(Math.abs(value - own)).toBeLessThan(1e-5);
    }
    return frames;
  });
  expect(heaviest[2]).toEqual(heaviest[0]);
});

test("a slice of the volume is the plane at its coordinate, of the same run", () => {
  const whole = last(prepareSimulation(layer)(key(2)));
  const observation = [{ kind: "slice", axis: 2, at: 0.5 }] as const;
  const seen = (prepareSimulation({ ...layer, observation })(key(2)) ?? new Float32Array()).slice(
    -5 * 128,
  );
  // x = ½ of 8 cells begins with cell 4.
  for (let point = 0; point < 128; point++) {
    const from = 5 * (8 * point + 4);
    expect(seen.slice(5 * point, 5 * point + 5)).toEqual(whole.slice(from, from + 5));
  }
});

test("files are not simulated", () => {
  expect(() => prepareSimulation(dataRecipe.parse({ system: "files", path: "x" }))).toThrow(
    /there is nothing to simulate.*the trainer reads the files as they are/u,
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
