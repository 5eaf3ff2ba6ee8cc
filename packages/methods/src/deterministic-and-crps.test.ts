import { directNetwork, dynamicsOf } from "@eddyflow/models";
import { key, normalTensor } from "@eddyflow/random";
import { endPoint } from "@eddyflow/samplers";
import { dispose, memory, sub, type Tensor, tidy } from "@tensorflow/tfjs-core";
import { expect, test } from "vitest";
import { crps } from "./crps.ts";
import { deterministic } from "./deterministic.ts";
import { grid, network as plain } from "./learner.test.helpers.ts";
import type { LearnerContext, Method, Teacher } from "./method.ts";
import * as parts from "./recipe-parts.ts";

const network = { ...plain, position: [0] } as const;
const contextOf = (teacher: Teacher | null): LearnerContext => ({
  seed: 0,
  network,
  grid,
  precision: "float32",
  teacher,
});
const learnerOf = (method: Method, context: LearnerContext, recipe: object = {}) =>
  method.learner(method.recipe(parts).parse(recipe), context);

const state = (seed: number, rows = 2) => normalTensor(key(seed), [rows, 8, 8, 1]);

test.each([deterministic, crps] as const)(
  "$name learns what it is run as: the next state in one evaluation",
  async (method) => {
    const learner = await learnerOf(method as Method, contextOf(null));
    const student = learner.init();
    const [x, y, next] = [state(1), state(2), state(3)] as [Tensor, Tensor, Tensor];
    const sets = { ...learner.frozen, student };
    const end = endPoint(dynamicsOf(learner.networks, sets), x, y, learner.sampler);
    expect(end.shape).toEqual(next.shape);
    const tensors = memory().numTensors;
    for (const objective of [
      learner.objective,
      ...(learner.judge.kind === "loss" ? [learner.judge.objective] : []),
    ]) {
      const at = { key: key(4), step: 0 };
      const targets = await objective.targets(sets, { previous: y, next }, at);
      const { loss } = objective.loss(sets, targets);
      expect((await loss.data())[0]).toBeGreaterThan(0);
      dispose([loss, ...Object.values(targets)]);
    }
    expect(memory().numTensors).toBe(tensors);
    dispose([student, x, y, next, end] as never);
  },
);

test("a generator from a predictor makes the predictor's state of whatever noise, in memory of its own", async () => {
  const tensors = memory().numTensors;
  const description = { ...network, kind: "predictor" } as const;
  const predictor = directNetwork(description);
  const params = predictor.init(key(3));
  const learner = await learnerOf(
    crps as Method,
    contextOf({
      method: "deterministic",
      networks: { student: description },
      sets: { student: params },
      sampler: { kind: "direct" },
    }),
  );
  const student = learner.init();
  const [z, y] = [state(1), state(2)] as [Tensor, Tensor];
  const end = endPoint(dynamicsOf(learner.networks, { student }), z, y, learner.sampler);
  const expected = predictor.apply(params, z, y);
  const difference = tidy(() => sub(end, expected));
  expect(await difference.data()).toBeAllclose(0, { atol: 1e-6 });
  const shared = new Set(Object.values(params).map(({ dataId }) => dataId));
  expect(Object.values(student).filter(({ dataId }) => shared.has(dataId))).toEqual([]);
  dispose([student, params, z, y, end, expected, difference] as never);
  expect(memory().numTensors).toBe(tensors);
});

test("a generator begins with no other model's weights", async () => {
  const teacher = {
    method: "velocity",
    networks: { student: network },
    sets: { student: {} },
    sampler: { kind: "direct" },
  } as const;
  await expect(learnerOf(crps as Method, contextOf(teacher))).rejects.toThrow(
    /velocity model cannot be the start of a generator.*deterministic run/,
  );
});

test("a score has no norm, and two members at least", () => {
  const schema = (crps as Method).recipe(parts);
  expect(schema.safeParse({ norm: { kind: "l2" } }).success).toBe(false);
  expect(schema.safeParse({ members: 1 }).success).toBe(false);
});
