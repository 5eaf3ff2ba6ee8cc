import type { OwnNetwork, ParamSets, Params } from "@eddyflow/core";
import { dynamicsOf, velocityField, velocityNetwork } from "@eddyflow/models";
import { key, normalTensor } from "@eddyflow/random";
import {
  cosineSpacing,
  endPoint,
  equalSteps,
  euler,
  integrate,
  samplerNamed,
} from "@eddyflow/samplers";
import {
  dispose,
  getBackend,
  mean,
  memory,
  mul,
  profile,
  type Tensor,
  tensor1d,
  tidy,
} from "@tensorflow/tfjs-core";
import { expect, test } from "vitest";
import { z } from "zod";
import { grid, network } from "./learner.test.helpers.ts";
import type { LearnerContext, Method, Teacher } from "./method.ts";
import { methods } from "./methods.ts";
import type { OwnNorm } from "./own-norms.ts";
import * as parts from "./recipe-parts.ts";
import { velocityPd } from "./velocity-pd.ts";

const list: readonly Method[] = methods;
const methodNamed = (name: string) => list.find((each) => each.name === name) as Method;

/** A teacher with random weights, as a checkpoint of this method and sampler would give it. */
const teacherOf = (method: string, tableau: string, steps: number): Teacher => ({
  method,
  networks: { student: network },
  sets: { student: velocityNetwork(network).init(key(3)) },
  sampler: equalSteps(tableau, steps),
});

const contextOf = (
  teacher: Teacher | null,
  precision: LearnerContext["precision"] = "float32",
): LearnerContext => ({ seed: 0, network, grid, precision, teacher });

const recipeOf = (method: Method, given: object = {}) => method.recipe(parts).parse(given);

test.each(list)("$name has a default that works and a description for every key", (method) => {
  const schema = method.recipe(parts);
  const recipe = schema.parse({});
  expect(schema.parse(recipe)).toEqual(recipe);
  expect(method.name).toMatch(/^[a-z][a-z0-9_]*$/u);
  const { properties = {} } = z.toJSONSchema(schema);
  for (const [name, property] of Object.entries(properties)) {
    expect(typeof property === "object" && property.description, name).toBeTruthy();
  }
  expect(schema.safeParse({ iteration: 1 }).success).toBe(false);
});

test("no two methods have the same name", () => {
  expect(new Set(list.map(({ name }) => name)).size).toBe(list.length);
});

test.each([
  ["velocity_pd", [0, 0.5, 1], {}],
  ["flow", [0, 1], {}],
  ["single_step", [0, 1], {}],
  ["single_step", [0, 1], { spectralGain: 3 }],
  ["trajectory", [0, 1], {}],
  ["flow_lagrangian", [0, 1], {}],
  ["mean_flow", [0, 1], {}],
  ["rectified", [0, 0.5, 1], {}],
  ["adversarial", [0, 1], {}],
] as const)(
  "a %s student is its teacher's Euler steps %j before it has learnt anything, in memory of its own: %j",
  async (name, times, given) => {
    const tensors = memory().numTensors;
    const teacher = teacherOf("velocity", "midpoint", 1);
    const method = methodNamed(name);
    const learner = await method.learner(recipeOf(method, given), contextOf(teacher));
    const student = learner.init();
    const [x, y] = [1, 2].map((seed) => normalTensor(key(seed), [2, 8, 8, 1])) as [Tensor, Tensor];
    const dynamics = dynamicsOf(learner.networks, { ...learner.frozen, student });
    const own = endPoint(dynamics, x, y, learner.sampler);
    const params = teacher.sets["student"] ?? {};
    const velocity = velocityField(velocityNetwork(network), params);
    const taught = integrate(velocity, x, y, { tableau: euler, times });
    const expected = await taught.data();
    (await own.data()).forEach((value, i) => {
      expect(value).toBeCloseTo(expected[i] as number, 5);
    });
    const shared = new Set(Object.values(params).map(({ dataId }) => dataId));
    expect(Object.values(student).filter(({ dataId }) => shared.has(dataId))).toEqual([]);
    dispose([student, params, x, y, own, taught] as never);
    expect(memory().numTensors).toBe(tensors);
  },
);

test.each([
  "flow",
  "single_step",
  "trajectory",
  "flow_lagrangian",
  "mean_flow",
  "rectified",
  "adversarial",
])("a teacher that is good at a few flow times teaches no %s student", async (name) => {
  const teacher = teacherOf("velocity_pd", "euler", 2);
  const method = methodNamed(name);
  await expect(method.learner(recipeOf(method), contextOf(teacher))).rejects.toThrow(
    /a velocity_pd model is a velocity only at its own flow times/,
  );
  for (const params of Object.values(teacher.sets)) dispose(params);
});

test.each(["flow_lagrangian", "mean_flow"])(
  "%s refuses increments with gaps, which its recipe can name",
  async (name) => {
    const teacher = teacherOf("velocity", "midpoint", 1);
    const method = methodNamed(name);
    const recipe = recipeOf(method, { increments: { kind: "dyadic" } });
    await expect(method.learner(recipe, contextOf(teacher))).rejects.toThrow(/smallest increment/);
    const spread = recipeOf(method, { increments: { kind: "logit-normal", mean: -0.8 } });
    await expect(method.learner(spread, contextOf(teacher))).resolves.toBeDefined();
    for (const params of Object.values(teacher.sets)) dispose(params);
  },
);

test("a progressive student teaches at its own times only", async () => {
  const teacher = teacherOf("velocity_pd", "euler", 2);
  const learnerOf = (steps: number, substeps: number, tableau: "euler" | "midpoint") =>
    velocityPd.learner(
      recipeOf(velocityPd as Method, { steps, substeps, tableau }) as never,
      contextOf(teacher),
    );
  expect((await learnerOf(1, 2, "euler")).sampler).toEqual(equalSteps("euler", 1));
  await expect(learnerOf(1, 4, "euler")).rejects.toThrow(/1 × 4 euler steps leave the flow times/);
  await expect(learnerOf(1, 2, "midpoint")).rejects.toThrow(/steps × substeps = 2 with tableau=eu/);
  for (const params of Object.values(teacher.sets)) dispose(params);
});

test.each(list.filter(({ needsTeacher }) => needsTeacher === true))(
  "$name without a teacher is refused in one line",
  async (method) => {
    await expect(method.learner(recipeOf(method), contextOf(null))).rejects.toThrow(
      /no teacher to learn from/,
    );
  },
);

/**
 * How often the student makes its own targets: two half steps for a full one; at δ and at two points next to it.
 */
const studentInTargets: Readonly<Record<string, number>> = {
  flow: 2,
  flow_lagrangian: 3,
  mean_flow: 3,
};

// Native TensorFlow refuses low precision on a processor without units for it; plain JavaScript rounds.
test
  .runIf(getBackend() === "cpu")
  .each([
    "velocity",
    "flow",
    "velocity_pd",
    "single_step",
    "trajectory",
    "flow_lagrangian",
    "mean_flow",
    "rectified",
    "adversarial",
  ])(
  "a %s student learns in mixed precision; its teacher and its samples are in float32",
  async (name) => {
    const method = methodNamed(name);
    const teacher = method.needsTeacher === true ? teacherOf("velocity", "midpoint", 1) : null;
    const recipe = recipeOf(method, name === "velocity_pd" ? { substeps: 1 } : {});
    const learner = await method.learner(recipe, contextOf(teacher, "mixed"));
    const opposed = (learner.opponents ?? []).map(
      ({ objective, init }) => [objective.trains, init()] as const,
    );
    const sets: ParamSets & { readonly student: Params } = {
      ...learner.frozen,
      ...Object.fromEntries(opposed),
      student: learner.init(),
    };
    const [x, y] = [1, 2].map((seed) => normalTensor(key(seed), [2, 8, 8, 1])) as [Tensor, Tensor];
    const batch = { previous: x, next: y };
    /** How often the network turned to low precision: of it, its weights and its input count once each. */
    const casts = async (compute: () => unknown): Promise<number> =>
      (await profile(compute as never)).kernels.filter((kernel) => kernel.name === "ToLowPrecision")
        .length;
    let targets = {};
    const inTargets = await casts(() => {
      targets = learner.objective.targets(sets, batch, { key: key(5), step: 0 });
      return [];
    });
    const weights = Object.values(sets.student).filter(({ rank }) => rank > 1).length;
    expect(inTargets).toBe((studentInTargets[name] ?? 0) * (weights + 1));
    const dynamics = dynamicsOf(learner.networks, sets);
    const [loss, sample] = [
      () => Object.values(learner.objective.loss(sets, targets)) as never,
      () => endPoint(dynamics, x, y, learner.sampler) as never,
    ];
    expect(await casts(() => tidy(() => void loss()))).toBe(weights + 1);
    expect(await casts(() => tidy(() => void sample()))).toBe(0);
    dispose([sets, teacher?.sets ?? {}, x, y, targets] as never);
  },
);

test.each(list)(
  "$name learns with the network and the norm of one's own that its context has",
  async (method) => {
    const scaled: OwnNetwork = () => ({
      init: () => ({ gain: tensor1d([2]) }),
      apply: ({ gain }, x) => mul(x, gain as Tensor),
    });
    let measured = 0;
    const mine: OwnNorm = (error) => {
      measured += 1;
      return mean(error);
    };
    const named = { ...network, own: "scaled" };
    const of = method.name === "rollout_crps" ? "velocity_pd" : "velocity";
    const taught = { gain: tensor1d([3]) };
    const teacher = {
      ...{ method: of, networks: { student: named }, sampler: equalSteps("euler", 1) },
      sets: { student: taught },
    };
    const hasNorm = "norm" in (method.recipe(parts).parse({}) as object);
    const recipe = recipeOf(method, hasNorm ? { norm: { kind: "own", norm: "mine" } } : {});
    const [x, y] = [1, 2].map((seed) => normalTensor(key(seed), [2, 8, 8, 1])) as [Tensor, Tensor];
    const batch = { previous: x, next: y, later: Array.from({ length: 7 }, () => y) };
    /** The weights that it begins with, after a loss was computed. */
    const lossOf = async (own: Pick<LearnerContext, "networks" | "norms">) => {
      const context = contextOf(method.needsTeacher === true ? teacher : null);
      const learner = await method.learner(recipe, { ...context, network: named, ...own });
      const student = learner.init();
      const opposed = (learner.opponents ?? []).map(
        ({ objective, init }) => [objective.trains, init()] as const,
      );
      const sets = { ...learner.frozen, student, ...Object.fromEntries(opposed) };
      const targets = await learner.objective.targets(sets, batch, { key: key(5), step: 0 });
      dispose([student, opposed, targets, learner.objective.loss(sets, targets)] as never);
      return Object.keys(student);
    };
    expect(await lossOf({ networks: { scaled }, norms: { mine } })).toEqual(["gain"]);
    expect(measured > 0).toBe(hasNorm);
    await expect(lossOf({ norms: { mine } })).rejects.toThrow('the model is made of "scaled"');
    if (hasNorm) await expect(lossOf({ networks: { scaled } })).rejects.toThrow('no norm "mine"');
    dispose([taught, x, y] as never);
  },
);

const jumps = { increments: [1e-3, 1] };
const oneJump = { increments: [1, 1] };
test.each([
  ["flow", {}, { increments: [0.125, 1], levels: [1, 0.5, 0.25, 0.125] }],
  ["flow", { increments: { kind: "uniform", minimum: 0.01 } }, { increments: [0.01, 1] }],
  ["mean_flow", {}, jumps],
  ["flow_lagrangian", {}, oneJump],
  ["flow_lagrangian", { start: { kind: "path" } }, jumps],
  ["single_step", {}, { ...oneJump, times: [0, 1], tableau: "euler" }],
  ["adversarial", {}, { ...oneJump, times: [0, 1], tableau: "euler" }],
  ["trajectory", { sampler: { steps: 2 } }, { increments: [0.5, 0.5], times: [0, 0.5, 1] }],
  [
    "trajectory",
    { ownShare: 0.5, pathSteps: 6 },
    { increments: [1 / 6, 1], levels: [1 / 6, 1 / 3, 1 / 2, 1] },
  ],
  [
    "trajectory",
    // Jumps of a half meet a point of cosine times, those of a third and a sixth do not.
    { ownShare: 0.5, pathSteps: 6, spacing: "cosine" },
    { increments: [cosineSpacing.times(6)[1], 1], levels: [1 / 2, 1] },
  ],
  ["rectified", {}, undefined],
] as const)(
  "a %s student of %j is saved with the steps that it learns",
  async (name, given, steps) => {
    const method = methodNamed(name);
    const teacher = teacherOf("velocity", "midpoint", 1);
    const learner = await method.learner(recipeOf(method, given), contextOf(teacher));
    expect(learner.trainedOn).toEqual(steps);
    dispose(teacher.sets["student"] as never);
  },
);

test("single_step has gains where its recipe asks for them, up to what the grid has", async () => {
  const teacher = teacherOf("velocity", "midpoint", 1);
  const method = methodNamed("single_step");
  const recipe = recipeOf(method, { spectralGain: 3 });
  const { networks, init } = await method.learner(recipe, contextOf(teacher));
  expect(networks.student).toEqual({ ...network, spectralGain: 3 });
  const { spectralGain: gains, ...others } = init();
  expect(gains?.shape).toEqual([3, 1]);
  const most = await method.learner(recipeOf(method, { spectralGain: 31 }), contextOf(teacher));
  expect(most.networks.student.spectralGain).toBe(Math.ceil((grid.shape[0] as number) / 2) - 1);
  dispose([gains, others, teacher.sets["student"]] as never);
});

test("single_step has no gains for a student that is not there", async () => {
  const teacher = teacherOf("velocity", "midpoint", 1);
  const method = methodNamed("single_step");
  const context = { ...contextOf(teacher), hasStart: false };
  const recipe = recipeOf(method, { spectralGain: 3 });
  await expect(method.learner(recipe, context)).rejects.toThrow(/no student .*--start$/u);
  dispose(teacher.sets["student"] as never);
});

test.each([
  ["flow", { sampler: { steps: 3 } }, /δ = 0.333 from t = 0 is not among the increments/u],
  ["flow_lagrangian", { sampler: { steps: 2 } }, /δ = 0.5 from t = 0 .*sampler.steps=2/u],
  ["mean_flow", { sampler: { steps: 2 }, increments: { kind: "uniform", minimum: 0.6 } }, /δ/u],
] as const)(
  "a %s student of %j is refused: it would be run where it learns nothing",
  async (name, given, message) => {
    const method = methodNamed(name);
    const teacher = teacherOf("velocity", "midpoint", 1);
    await expect(method.learner(recipeOf(method, given), contextOf(teacher))).rejects.toThrow(
      message,
    );
    dispose(teacher.sets["student"] as never);
  },
);

test("a trajectory student whose jumps do not meet the points of its paths is refused", async () => {
  const method = methodNamed("trajectory");
  const teacher = teacherOf("velocity", "midpoint", 1);
  const given = { sampler: { steps: 4 }, spacing: "cosine" };
  await expect(method.learner(recipeOf(method, given), contextOf(teacher))).rejects.toThrow(
    /4 equal jumps do not meet the points of a path, which lie at 0\.00, 0\.0381/u,
  );
  dispose(teacher.sets["student"] as never);
});

test.each([
  ["velocity", "sampler"],
  ["rectified", "sampler"],
] as const)("a %s recipe says how the steps of its %s lie in flow time", async (name, key) => {
  const method = methodNamed(name);
  const teacher = teacherOf("velocity", "midpoint", 1);
  const of = async (given: object) =>
    (await method.learner(recipeOf(method, given), contextOf(teacher))).sampler;
  const asked = { tableau: "heun", steps: 10 };
  expect(await of({ [key]: asked })).toEqual(samplerNamed("heun", 10));
  expect(await of({ [key]: { ...asked, spacing: "cosine" } })).toEqual(
    samplerNamed("heun-cosine", 10),
  );
  dispose(teacher.sets["student"] as never);
});

test("a rectified field teaches whatever learns from a velocity, itself included", async () => {
  const teacher = teacherOf("rectified", "euler", 2);
  for (const method of list.filter(({ name }) => name === "rectified" || name === "flow")) {
    const learner = await method.learner(recipeOf(method), contextOf(teacher));
    expect(learner.networks.student.features).toEqual(network.features);
  }
  dispose(teacher.sets["student"] as never);
});
