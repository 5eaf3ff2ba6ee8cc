import { useBackend } from "@eddyflow/backend";
import type { Manifest } from "@eddyflow/checkpointing";
import { ks2d } from "@eddyflow/experiments";
import { velocityField, velocityNetwork } from "@eddyflow/models";
import { key, normalTensor } from "@eddyflow/random";
import { euler, integrate } from "@eddyflow/samplers";
import { dispose, memory, profile, type Tensor, tidy } from "@tensorflow/tfjs-core";
import { beforeAll, expect, test } from "vitest";
import { makeLearner } from "./learner.ts";

const grid = { shape: [8, 8], extent: [8, 8], boundary: ["periodic", "periodic"] } as const;
const network = {
  kind: "velocity",
  stateChannels: 1,
  conditionChannels: 1,
  features: [3, 4],
  padding: ["periodic", "periodic"],
} as const;

beforeAll(() => useBackend("cpu"));

/** A teacher with random weights, as a checkpoint of this model and sampler would give it. */
const teacherOf = (model: string, method: string, steps: number) => ({
  manifest: { model, sampler: { method, steps, grid: [0, 1] } } as unknown as Manifest,
  params: velocityNetwork(network).init(key(3)),
});

const experimentWith = (steps: number, substeps: number, tableau: "euler" | "midpoint") => ({
  ...ks2d,
  models: {
    ...ks2d.models,
    velocity_pd: { ...ks2d.models.velocity_pd, steps, substeps, tableau },
  },
});

test.each([
  ["velocity_pd", [0, 0.5, 1]],
  ["flow", [0, 1]],
] as const)(
  "a %s student is its teacher's Euler steps before it has learnt anything, in memory of its own",
  async (model, times) => {
    const tensors = memory().numTensors;
    const teacher = teacherOf("velocity", "midpoint", 1);
    const options = {
      experiment: experimentWith(2, 4, "midpoint"),
      network,
      grid,
      precision: "float32",
    } as const;
    const learner = makeLearner(model, teacher, options);
    const student = learner.init();
    const [x, y] = [1, 2].map((seed) => normalTensor(key(seed), [2, 8, 8, 1])) as [Tensor, Tensor];
    const own = learner.sample(student, x, y);
    const velocity = velocityField(velocityNetwork(network), teacher.params);
    const taught = integrate(velocity, x, y, { tableau: euler, grid: times });
    const expected = await taught.data();
    (await own.data()).forEach((value, i) => {
      expect(value).toBeCloseTo(expected[i] as number, 5);
    });
    const shared = new Set(Object.values(teacher.params).map(({ dataId }) => dataId));
    expect(Object.values(student).filter(({ dataId }) => shared.has(dataId))).toEqual([]);
    dispose([student, teacher.params, x, y, own, taught] as never);
    expect(memory().numTensors).toBe(tensors);
  },
);

test("a progressive student teaches on its own grid only, and no flow map", () => {
  const teacher = teacherOf("velocity_pd", "euler", 2);
  const learnerOf = (steps: number, substeps: number, tableau: "euler" | "midpoint") =>
    makeLearner("velocity_pd", teacher, {
      experiment: experimentWith(steps, substeps, tableau),
      network,
      grid,
      precision: "float32",
    });
  expect(learnerOf(1, 2, "euler").sampler).toEqual({ method: "euler", steps: 1, grid: [0, 1] });
  expect(() => learnerOf(1, 4, "euler")).toThrow(/1 × 4 euler steps leave the grid/);
  expect(() => learnerOf(1, 2, "midpoint")).toThrow(/steps × substeps = 2 with tableau=euler/);
  expect(() =>
    makeLearner("flow", teacher, { experiment: ks2d, network, grid, precision: "float32" }),
  ).toThrow(/a velocity_pd model is a velocity only on its own grid/);
  dispose(teacher.params);
});

test.each(["velocity", "flow", "velocity_pd"] as const)(
  "a %s student learns in mixed precision; its teacher and its samples are in float32",
  async (model) => {
    const teacher = model === "velocity" ? null : teacherOf("velocity", "midpoint", 1);
    const learner = makeLearner(model, teacher, {
      experiment: experimentWith(2, 1, "midpoint"),
      network,
      grid,
      precision: "mixed",
    });
    const sets = { ...learner.frozen, student: learner.init() };
    const [x, y] = [1, 2].map((seed) => normalTensor(key(seed), [2, 8, 8, 1])) as [Tensor, Tensor];
    const batch = { previous: x, next: y };
    /** How often the network turned to low precision: of it, its weights and its input count once each. */
    const casts = async (compute: () => unknown): Promise<number> =>
      (await profile(compute as never)).kernels.filter(({ name }) => name === "ToLowPrecision")
        .length;
    let targets = {};
    const inTargets = await casts(() => {
      targets = learner.objective.targets(sets, batch, { key: key(5), step: 0 });
      return [];
    });
    const weights = Object.values(sets.student).filter(({ rank }) => rank > 1).length;
    // Two half steps of the flow map that is learnt make the targets of its full steps.
    expect(inTargets).toBe(model === "flow" ? 2 * (weights + 1) : 0);
    const [loss, sample] = [
      () => Object.values(learner.objective.loss(sets, targets)) as never,
      () => learner.sample(sets.student, x, y) as never,
    ];
    expect(await casts(() => tidy(() => void loss()))).toBe(weights + 1);
    expect(await casts(() => tidy(() => void sample()))).toBe(0);
    dispose([sets, teacher?.params ?? {}, x, y, targets] as never);
  },
);
