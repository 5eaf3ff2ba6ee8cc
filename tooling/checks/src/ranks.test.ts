import { useBackend } from "@eddyflow/backend";
import type { Batch, Objective, Params } from "@eddyflow/core";
import { type Learner, type LearnerContext, type Method, methods } from "@eddyflow/methods";
import * as parts from "@eddyflow/methods/recipe-parts";
import { copyParams, velocityNetwork } from "@eddyflow/models";
import { type Communicator, inProcess, oneProcess, rowsOfRank } from "@eddyflow/parallel";
import { key, normalTensor } from "@eddyflow/random";
import { equalSteps } from "@eddyflow/samplers";
import { type Optimizer, trainStep } from "@eddyflow/training";
import { dispose, gather, scalar, type Tensor, tensor1d } from "@tensorflow/tfjs-core";
import { expect, test } from "vitest";

const grid = { shape: [4, 4], extent: [4, 4], boundary: ["periodic", "periodic"] } as const;
const network = {
  kind: "velocity",
  stateChannels: 1,
  conditionChannels: 1,
  features: [2, 3],
  padding: ["periodic", "periodic"],
} as const;

/** A rank has more of these rows than another. */
const batchSize = 5;

/** Settings that keep a step small, where a method has them. */
const small = [{ pathSteps: 2 }, { lengths: [2] }];

/** Leaves the gradient in place of the weights, so that it can be looked at. */
const gradientAsWeights: Optimizer = {
  init: () => ({ first: {}, second: {} }),
  update(params, gradients, state) {
    dispose({ ...params });
    return { params: gradients, state, norm: scalar(0), skipped: scalar(0) };
  },
};

await useBackend("cpu");

/** A teacher of a method that wants one: with random weights, and good for whoever learns from it. */
const contextOf = ({ name, needsTeacher }: Method): LearnerContext => {
  const student = velocityNetwork(network).init(key(3));
  const of =
    name === "rollout_crps"
      ? (["velocity_pd", "euler"] as const)
      : (["velocity", "midpoint"] as const);
  const teacher = {
    method: of[0],
    networks: { student: network },
    sets: { student },
    sampler: equalSteps(of[1], 1),
  };
  return {
    seed: 0,
    network,
    grid,
    precision: "float32",
    teacher: needsTeacher === true ? teacher : null,
  };
};

/** The rows of a rank. */
const shareOf = (whole: Batch, communicator: Communicator): Batch => {
  const rows = rowsOfRank(communicator, batchSize) ?? { from: 0, every: 1, of: batchSize };
  const own = Array.from({ length: batchSize }, (_, row) => row).filter(
    (row) => row % rows.every === rows.from,
  );
  const take = (x: Tensor) => gather(x, tensor1d(own, "int32"));
  return {
    previous: take(whole.previous as Tensor),
    next: take(whole.next),
    later: (whole.later ?? []).map(take),
  };
};

const wholeBatch = (): Batch => {
  const [previous, next, later] = [1, 2, 4].map((seed) =>
    normalTensor(key(seed), [batchSize, ...grid.shape, 1]),
  ) as [Tensor, Tensor, Tensor];
  return { previous, next, later: [later] };
};

/** What a rank finds: the loss with its terms, then the gradient. */
async function found(
  objective: Objective<Readonly<Record<string, Tensor>>>,
  communicator: Communicator,
  {
    learner,
    weights,
  }: { readonly learner: Learner; readonly weights: Readonly<Record<string, Params>> },
): Promise<readonly number[]> {
  const batch = shareOf(wholeBatch(), communicator);
  const sets = Object.fromEntries(
    Object.entries(weights).map(([set, params]) => [set, copyParams(params)]),
  );
  const result = await trainStep(objective, gradientAsWeights, {
    sets: { ...learner.frozen, ...sets },
    state: gradientAsWeights.init({}),
    batch,
    key: key(7),
    step: 3,
    shared: { communicator, batchSize },
  });
  const values = [
    result.loss,
    ...Object.values(result.terms),
    ...Object.values(result.sets[objective.trains] ?? {}),
  ];
  return (await Promise.all(values.map((each) => each.data()))).flatMap((each) => [...each]);
}

test.each(methods as readonly Method[])(
  "three ranks find the loss and the gradient of $name that one process finds",
  async (method) => {
    const schema = method.recipe(parts);
    const given = small.find((each) => schema.safeParse(each).success) ?? {};
    const recipe = schema.parse(given);
    const learner = await method.learner(recipe, contextOf(method));
    const opponents = learner.opponents ?? [];
    const weights = {
      student: learner.init(),
      ...Object.fromEntries(opponents.map(({ objective, init }) => [objective.trains, init()])),
    };
    for (const objective of [learner.objective, ...opponents.map((each) => each.objective)]) {
      const alone = await found(objective, oneProcess(), { learner, weights });
      const size = Math.max(...alone.slice(1).map(Math.abs));
      expect(size).toBeGreaterThan(0);
      const all = await Promise.all(
        inProcess(3).map((communicator) => found(objective, communicator, { learner, weights })),
      );
      for (const own of all) expect(own).toEqual(all[0]);
      const difference = Math.max(
        ...alone.map(
          (value, i) => Math.abs(value - (all[0]?.[i] as number)) / Math.max(size, Math.abs(value)),
        ),
      );
      expect(difference).toBeLessThan(1e-5);
    }
  },
);
