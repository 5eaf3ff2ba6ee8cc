import type { Objective, ParamSets } from "@eddyflow/core";
import { velocityNetwork } from "@eddyflow/models";
import { key, normalTensor } from "@eddyflow/random";
import { equalSteps } from "@eddyflow/samplers";
import { dispose, memory, type Tensor, valueAndGrads } from "@tensorflow/tfjs-core";
import { expect, test } from "vitest";
import type { z } from "zod";
import { adversarial } from "./adversarial.ts";
import { grid, network } from "./learner.test.helpers.ts";
import type { LearnerContext, Opponent } from "./method.ts";
import * as parts from "./recipe-parts.ts";

const schema = adversarial.recipe(parts);
const weights = velocityNetwork(network).init(key(3));
const context: LearnerContext = {
  seed: 0,
  network,
  grid,
  precision: "float32",
  teacher: {
    method: "velocity",
    networks: { student: network },
    sets: { student: weights },
    sampler: equalSteps("midpoint", 4),
  },
};
const learnerOf = (given: z.input<typeof schema>, changed: Partial<LearnerContext> = {}) =>
  adversarial.learner(schema.parse(given), { ...context, ...changed });

const shapesOf = ({ shapes }: Opponent) => shapes;

test("its discriminator is drawn from the seed, with the features of the student or its own", async () => {
  const [opponent] = (await learnerOf({})).opponents as readonly [Opponent];
  expect(opponent.objective.trains).toBe("discriminator");
  expect(opponent.shapes["encoder.0.conv1.weight"]).toEqual([3, 3, 3, 4]);
  const other = await learnerOf({ discriminator: { features: [5] } });
  const [narrow] = (other.opponents ?? []).map(shapesOf);
  expect(narrow?.["first.conv1.weight"]).toEqual([3, 3, 2, 5]);
  expect(narrow).not.toHaveProperty("encoder.0.conv1.weight");

  const drawn = async (seed: number): Promise<ArrayLike<number>> => {
    const [own] = (await learnerOf({}, { seed })).opponents as readonly [Opponent];
    const params = own.init();
    const shapes = Object.entries(params).map(([name, { shape }]) => [name, shape]);
    expect(Object.fromEntries(shapes)).toEqual(own.shapes);
    const numbers = await (params["first.conv1.weight"] as Tensor).data();
    dispose(params);
    return numbers;
  };
  expect(await drawn(0)).toEqual(await drawn(0));
  expect(await drawn(0)).not.toEqual(await drawn(1));
});

test("the opponent is no network of the model, which is the student alone", async () => {
  const { networks, frozen, sampler } = await learnerOf({});
  expect(Object.keys(networks)).toEqual(["student"]);
  expect(Object.keys(frozen)).toEqual(["teacher"]);
  expect(sampler).toEqual(equalSteps("euler", 1));
});

test.each([10, 0])(
  "both objectives have a loss on a batch of data, λ = %d",
  async (distillation) => {
    const before = memory().numTensors;
    const { init, frozen, objective, opponents } = await learnerOf({ distillation });
    const [opponent] = opponents as readonly [Opponent];
    const sets = { ...frozen, student: init(), discriminator: opponent.init() };
    const [previous, next] = [1, 2].map((seed) => normalTensor(key(seed), [2, 8, 8, 1])) as [
      Tensor,
      Tensor,
    ];
    for (const each of [objective, opponent.objective] as Objective<Record<string, Tensor>>[]) {
      const targets = await each.targets(sets, { previous, next }, { key: key(5), step: 0 });
      const { loss, terms = {} } = each.loss(sets, targets);
      expect(Number.isFinite((await loss.data())[0])).toBe(true);
      dispose([targets, loss, terms] as never);
    }
    dispose([sets.student, sets.discriminator, previous, next] as never);
    expect(memory().numTensors).toBe(before);
  },
);

test("volumes are learnt too: every weight of both networks has a gradient", async () => {
  const volume = {
    ...network,
    features: [2, 2],
    padding: ["periodic", "periodic", "zero"],
  } as const;
  const params = velocityNetwork(volume).init(key(3));
  const { objective, opponents } = await learnerOf(
    { pathSteps: 1, tableau: "euler" },
    {
      network: volume,
      grid: { shape: [4, 4, 4], extent: [1, 1, 1], boundary: ["periodic", "periodic", "wall"] },
      teacher: {
        method: "velocity",
        networks: { student: volume },
        sets: { student: params },
        sampler: equalSteps("midpoint", 4),
      },
    },
  );
  const [opponent] = opponents as readonly [Opponent];
  const sets: ParamSets = { teacher: params, student: params, discriminator: opponent.init() };
  const [previous, next] = [1, 2].map((seed) => normalTensor(key(seed), [1, 4, 4, 4, 1])) as [
    Tensor,
    Tensor,
  ];
  for (const each of [objective, opponent.objective]) {
    const targets = await each.targets(sets, { previous, next }, { key: key(5), step: 0 });
    const own = Object.entries(sets[each.trains] ?? {});
    const { grads } = valueAndGrads((...list: Tensor[]) => {
      const trained = Object.fromEntries(own.map(([name], i) => [name, list[i] as Tensor]));
      return each.loss({ ...sets, [each.trains]: trained }, targets).loss;
    })(own.map(([, weight]) => weight));
    for (const [i, gradient] of grads.entries()) {
      const largest = Math.max(...Array.from(await gradient.data(), Math.abs));
      expect(Number.isFinite(largest) && largest > 0, own[i]?.[0]).toBe(true);
    }
    dispose([targets, grads] as never);
  }
  dispose([sets, previous, next] as never);
});

test("a grid that the discriminator cannot halve is refused in one line", async () => {
  const grid = { ...context.grid, shape: [8, 12] };
  await expect(learnerOf({ discriminator: { features: [2, 2, 2, 2] } }, { grid })).rejects.toThrow(
    "a discriminator of 4 levels cannot halve a grid of 8 × 12 points; expected multiples of 8; give",
  );
});

test("a weight below 0 and noise of 0 do not fit the recipe", () => {
  for (const wrong of [
    { distillation: -1 },
    { discriminator: { penalty: -1 } },
    { discriminator: { noise: 0 } },
    { discriminator: { features: [] } },
    { paths: { kind: "online" } },
  ]) {
    expect(schema.safeParse(wrong).success).toBe(false);
  }
});
