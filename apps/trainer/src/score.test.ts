import { useBackend } from "@eddyflow/backend";
import type { Manifest } from "@eddyflow/checkpointing";
import type { Params } from "@eddyflow/core";
import type { TrajectoryStore } from "@eddyflow/datasets";
import { ks2d } from "@eddyflow/experiments";
import { velocityNetwork } from "@eddyflow/models";
import { key, normal } from "@eddyflow/random";
import { dispose, memory, mul, zerosLike } from "@tensorflow/tfjs-core";
import { beforeAll, expect, test } from "vitest";
import { makeLearner } from "./learner.ts";
import { scoring } from "./score.ts";

const grid = { shape: [16, 16], extent: [16, 16], boundary: ["periodic", "periodic"] } as const;
const network = {
  kind: "velocity",
  stateChannels: 1,
  conditionChannels: 1,
  features: [3, 4],
  padding: ["periodic", "periodic"],
} as const;

/** Eight frames of white noise with standard deviation 2. */
const store: TrajectoryStore = {
  description: {
    experiment: "noise",
    split: "validation",
    channels: ["u"],
    grid,
    frameInterval: 1,
    frames: 8,
    trajectories: 1,
    recipe: null,
    seed: 0,
    observation: { pointStride: 1 },
  },
  trajectories: 1,
  normalisation: null,
  readFrames: async (_, first, count) =>
    normal(key(5), 8 * 256)
      .map((value) => 2 * value)
      .subarray(256 * first, 256 * (first + count)),
};
const normalisation = { channels: ["u"], mean: [0], std: [2] };
const options = { store, normalisation, pairs: 5, batchSize: 2, seed: 1 };

const changed = (params: Params, change: (tensor: Params[string]) => Params[string]): Params =>
  Object.fromEntries(Object.entries(params).map(([name, tensor]) => [name, change(tensor)]));

beforeAll(() => useBackend("cpu"));

test("a velocity of zero has the loss E‖x₁ − x₀‖² = 2, each time the same, and leaves no tensor", async () => {
  const learner = makeLearner("velocity", null, {
    experiment: ks2d,
    network,
    grid,
    precision: "float32",
  });
  const random = learner.init();
  const zero = changed(random, zerosLike);
  const tensors = memory().numTensors;
  const score = scoring(learner, options);
  const { name, value } = await score(zero);
  expect(name).toBe("validationLoss");
  expect(value).toBeGreaterThan(1.8);
  expect(value).toBeLessThan(2.2);
  const other = await score(random);
  expect(other.value).not.toBe(value);
  expect(await score(zero)).toEqual({ name, value });
  expect(memory().numTensors).toBe(tensors);
  dispose([random, zero] as never);
});

test("a student has no distillation error where it is its teacher, and some where it is not", async () => {
  const params = velocityNetwork(network).init(key(3));
  const manifest = {
    model: "velocity_pd",
    sampler: { method: "euler", steps: 2, grid: [0, 0.5, 1] },
  } as unknown as Manifest;
  const { models } = ks2d;
  const velocity_pd = { ...models.velocity_pd, steps: 2, substeps: 1, tableau: "euler" } as const;
  const experiment = { ...ks2d, models: { ...models, velocity_pd } };
  const learner = makeLearner(
    "velocity_pd",
    { manifest, params },
    { experiment, network, grid, precision: "float32" },
  );
  const tensors = memory().numTensors;
  const score = scoring(learner, options);
  expect(await score(params)).toEqual({ name: "distillationError", value: 0 });
  const wrong = changed(params, (tensor) => mul(tensor, 1.1));
  expect((await score(wrong)).value).toBeGreaterThan(0.01);
  dispose(wrong);
  expect(memory().numTensors).toBe(tensors);
  dispose(params);
});
