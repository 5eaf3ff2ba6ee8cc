import { useBackend } from "@eddyflow/backend";
import type { Batch, ParamSets, Params } from "@eddyflow/core";
import { type Learner, type LearnerContext, type Method, methods } from "@eddyflow/methods";
import * as parts from "@eddyflow/methods/recipe-parts";
import { velocityNetwork } from "@eddyflow/models";
import { keyFor, normalTensor } from "@eddyflow/random";
import { equalSteps } from "@eddyflow/samplers";
import { type Optimizer, trainStep } from "@eddyflow/training";
import { dispose, scalar, type Tensor } from "@tensorflow/tfjs-core";
import { beforeAll, expect, test } from "vitest";

beforeAll(() => useBackend("cpu"));

const grid = { shape: [4, 4], extent: [4, 4], boundary: ["periodic", "periodic"] } as const;
const network = {
  kind: "velocity",
  stateChannels: 1,
  conditionChannels: 1,
  features: [2, 3],
  padding: ["periodic", "periodic"],
} as const;
const rows = 5;
const state = (number: number) => normalTensor(keyFor(3, "state", number), [rows, 4, 4, 1]);

/** What the optimizer is given in a step: the gradient of each weight, as numbers. */
async function gradientsOf(
  objective: Learner["objective"],
  options: { readonly sets: ParamSets; readonly batch: Batch; readonly batchParts: number },
): Promise<Readonly<Record<string, readonly number[]>>> {
  const seen: Record<string, readonly number[]> = {};
  const spy: Optimizer = {
    init: (params) => ({ first: params, second: params }),
    update(params, gradients, state) {
      for (const [name, g] of Object.entries(gradients)) seen[name] = [...g.dataSync()];
      dispose({ ...gradients });
      return { params, state, norm: scalar(0), skipped: scalar(0) };
    },
  };
  const at = { key: keyFor(1, "objective", 9), step: 9, state: { first: {}, second: {} } };
  const { loss, norm, skipped, terms } = await trainStep(objective, spy, { ...options, ...at });
  dispose([loss, norm, skipped, ...Object.values(terms)]);
  return seen;
}

// Nine steps in, every method is past what its first steps do otherwise.
test.each(methods as readonly Method[])(
  "a batch in three parts has the gradient of the whole one: $name",
  async (method) => {
    const weights = velocityNetwork(network).init(keyFor(2, "teacher", 0));
    const teacher = {
      method: "velocity",
      networks: { student: network },
      sets: { student: weights },
      sampler: equalSteps("euler", 1),
    };
    const context: LearnerContext = {
      ...{ seed: 0, network, grid, precision: "float32" },
      teacher: method.needsTeacher === true ? teacher : null,
    };
    const recipe = method.recipe(parts).parse({ iterations: 10 });
    const learner = await method.learner(recipe, context);
    const opponents = learner.opponents ?? [];
    const sets: ParamSets = {
      ...learner.frozen,
      student: learner.init(),
      ...Object.fromEntries(opponents.map((each) => [each.objective.trains, each.init()])),
    };
    const later = Array.from({ length: (learner.horizon ?? 1) - 1 }, (_, i) => state(2 + i));
    const batch: Batch = { previous: state(0), next: state(1), later };
    for (const objective of [learner.objective, ...opponents.map((each) => each.objective)]) {
      const whole = await gradientsOf(objective, { sets, batch, batchParts: 1 });
      const inParts = await gradientsOf(objective, { sets, batch, batchParts: 3 });
      const size = Math.max(...Object.values(whole).flat().map(Math.abs));
      expect(size).toBeGreaterThan(0);
      for (const [name, values] of Object.entries(whole)) {
        const wrong = values.map((value, i) => Math.abs(value - (inParts[name]?.[i] as number)));
        expect(Math.max(...wrong) / size, name).toBeLessThan(2e-6);
      }
    }
    const { previous, next } = batch;
    dispose([previous as Tensor, next, ...later]);
    for (const params of [weights, ...Object.values(sets)]) dispose({ ...(params as Params) });
  },
);
