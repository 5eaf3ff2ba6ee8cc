import type { Batch, Objective, ParamSets, Params } from "@eddyflow/core";
import { inProcess } from "@eddyflow/parallel";
import { key, normalTensor } from "@eddyflow/random";
import {
  add,
  dispose,
  mean,
  memory,
  mul,
  type Scalar,
  scalar,
  square,
  sub,
  sum,
  type Tensor,
  tensor,
  tensor1d,
} from "@tensorflow/tfjs-core";
import { expect, test } from "vitest";
import { adam } from "./adam.ts";
import { movingAverage } from "./moving-average.ts";
import type { Optimizer } from "./optimizer.ts";
import { constant } from "./schedule.ts";
import { trainStep } from "./train-step.ts";

const parameter = (params: Params | undefined, name: string): Tensor => params?.[name] as Tensor;

/** mean (w · previous + noise − next)² + λ Σw², with λ from a set that is not trained. */
const objective: Objective<{ previous: Tensor; goal: Tensor }> = {
  trains: "student",
  targets: (_sets, { previous, next }, { key: k }) => {
    const noise = normalTensor(k, next.shape);
    const goal = sub(next, noise);
    noise.dispose();
    return { previous: previous as Tensor, goal };
  },
  loss: (sets, { previous, goal }) => {
    const w = parameter(sets["student"], "w");
    const fit = mean(square(sub(mul(w, previous), goal))) as Scalar;
    const penalty = mul(parameter(sets["fixed"], "lambda"), sum(square(w))) as Scalar;
    return { loss: add(fit, penalty) as Scalar, terms: { fit, penalty } };
  },
};

const previous = [0.5, -1, 2, 1.5];
const next = [1, 0, -1, 2];
const weight = [0.3, -0.7];
const lambda = 0.25;

const makeBatch = (): Batch => ({
  previous: tensor(previous, [2, 2]),
  next: tensor(next, [2, 2]),
});

const makeSets = (): ParamSets => ({
  student: { w: tensor1d(weight), unused: tensor1d([5]) },
  fixed: { lambda: scalar(lambda) },
});

const disposeAll = (...things: readonly object[]): void => {
  for (const thing of things) dispose(thing as Record<string, Tensor>);
};

async function numbersOf(params: Params | undefined, name: string): Promise<readonly number[]> {
  return [...(await parameter(params, name).data())];
}

test("the gradient, the loss and its terms are those of the objective", async () => {
  const noise = normalTensor(key(7), [2, 2]);
  const goal = next.map((value, i) => value - (noise.dataSync()[i] as number));
  noise.dispose();
  // In double precision: d/dwⱼ of ¼ Σᵢⱼ (wⱼpᵢⱼ − gᵢⱼ)² + λ Σⱼ wⱼ².
  const residual = previous.map((p, i) => (weight[i % 2] as number) * p - (goal[i] as number));
  const gradient = weight.map(
    (w, j) =>
      2 * lambda * w +
      [j, j + 2].reduce((g, i) => g + ((residual[i] as number) * (previous[i] as number)) / 2, 0),
  );
  const fit = residual.reduce((total, r) => total + (r * r) / 4, 0);
  const penalty = lambda * weight.reduce((total, w) => total + w * w, 0);

  const seen: Record<string, number[]> = {};
  const spy: Optimizer = {
    init: (params) => ({ first: params, second: params }),
    update(params, gradients, state) {
      for (const [name, g] of Object.entries(gradients)) seen[name] = [...g.dataSync()];
      disposeAll(gradients);
      const norm = scalar(0);
      return { params, state, norm, skipped: norm };
    },
  };
  const [sets, batch] = [makeSets(), makeBatch()];
  const state = { first: {}, second: {} };
  const result = await trainStep(objective, spy, { sets, state, batch, key: key(7), step: 0 });
  expect(seen["w"]).toBeAllclose(gradient);
  expect(seen["unused"]).toEqual([0]);
  expect((await result.loss.data())[0]).toBeCloseTo(fit + penalty, 5);
  expect((await result.terms["fit"]?.data())?.[0]).toBeCloseTo(fit, 5);
  expect((await result.terms["penalty"]?.data())?.[0]).toBeCloseTo(penalty, 5);
  dispose([result.loss, result.norm, ...Object.values(result.terms)]);
  disposeAll(batch, ...Object.values(result.sets));
});

test("only the trained set and its average change, and no tensor is left over many steps", async () => {
  const empty = memory().numTensors;
  const optimizer = adam({ learningRate: constant(0.1) });
  const average = movingAverage({ decay: 0.5 });
  const start = makeSets();
  const student = start["student"] as Params;
  let state = optimizer.init(student);
  let sets: ParamSets = { ...start, "student.average": average.init(student) };
  const fixed = sets["fixed"];
  const batch = makeBatch();
  const before = memory().numTensors;
  let followed = weight.slice();
  for (let step = 0; step < 20; step++) {
    const options = { sets, state, batch, key: key(step), step, average };
    const { loss, terms, norm, skipped, ...result } = await trainStep(
      objective,
      optimizer,
      options,
    );
    ({ sets, state } = result);
    dispose([loss, norm, skipped, ...Object.values(terms)]);
    expect(memory().numTensors).toBe(before);
    const decay = Math.min(0.5, (1 + step) / (10 + step));
    const w = await numbersOf(sets["student"], "w");
    followed = followed.map((value, i) => decay * value + (1 - decay) * (w[i] as number));
  }
  const averaged = await numbersOf(sets["student.average"], "w");
  expect(averaged).toBeAllclose(followed);
  expect(await numbersOf(sets["student"], "w")).not.toEqual(weight);
  expect(await numbersOf(sets["student"], "unused")).toEqual([5]);
  expect(sets["fixed"]).toBe(fixed);
  disposeAll(batch, state.first, state.second, ...Object.values(sets));
  expect(memory().numTensors).toBe(empty);
});

test("a batch in parts has its gradient, loss and terms, with the same draws, and leaves no tensor", async () => {
  const rows = 5;
  const results: (readonly (readonly number[])[])[] = [];
  for (const batchParts of [1, 2, 5]) {
    const seen: number[][] = [];
    const spy: Optimizer = {
      init: (params) => ({ first: params, second: params }),
      update(params, gradients, state) {
        for (const g of Object.values(gradients)) seen.push([...g.dataSync()]);
        disposeAll(gradients);
        const norm = scalar(0);
        return { params, state, norm, skipped: norm };
      },
    };
    const sets = makeSets();
    const batch = {
      previous: normalTensor(key(1), [rows, 2]),
      next: normalTensor(key(2), [rows, 2]),
    };
    const before = memory().numTensors;
    const state = { first: {}, second: {} };
    const at = { sets, state, batch, key: key(7), step: 0, batchParts };
    const { loss, norm, terms } = await trainStep(objective, spy, at);
    for (const value of [loss, ...Object.values(terms)]) seen.push([...(await value.data())]);
    dispose([loss, norm, ...Object.values(terms)]);
    expect(memory().numTensors).toBe(before);
    results.push(seen);
    disposeAll(batch, ...Object.values(sets));
  }
  const [whole, ...inParts] = results;
  for (const found of inParts) {
    for (const [i, values] of found.entries()) expect(values).toBeAllclose(whole?.[i] ?? []);
  }
});

test("more parts than rows, and a target without a row axis, are refused", async () => {
  const optimizer = adam({ learningRate: constant(1) });
  const [sets, batch] = [makeSets(), makeBatch()];
  const at = { sets, batch, state: { first: {}, second: {} }, key: key(0), step: 0 };
  await expect(trainStep(objective, optimizer, { ...at, batchParts: 3 })).rejects.toThrow(
    "a batch of 2 cannot be computed in 3 parts; expected a whole number from 1 to 2",
  );
  const odd = { ...objective, targets: () => ({ previous: tensor1d([0]), goal: tensor1d([0]) }) };
  await expect(trainStep(odd, optimizer, { ...at, batchParts: 2 })).rejects.toThrow(
    /a target of shape \[1\] cannot be cut.*rowAxes/u,
  );
  disposeAll(batch, ...Object.values(sets));
});

test("a set that is not there is named", async () => {
  const optimizer = adam({ learningRate: constant(1) });
  const state = { first: {}, second: {} };
  const batch = { previous: null, next: tensor1d([0]) };
  const options = { state, batch, key: key(0), step: 0 };
  await expect(
    trainStep(objective, optimizer, { ...options, sets: { teacher: {} } }),
  ).rejects.toThrow('there is no set of parameters "student" to train; expected one of teacher');
  const average = movingAverage({ decay: 0 });
  await expect(
    trainStep(objective, optimizer, { ...options, sets: { student: {} }, average }),
  ).rejects.toThrow(/"student.average"/);
  batch.next.dispose();
});

test("where one rank finds what is not finite, all leave the weights as they are", async () => {
  const steps = await Promise.all(
    inProcess(2).map(async (communicator) => {
      const { fixed = {}, student = {} } = makeSets();
      const values = communicator.rank === 1 ? [Number.NaN, 1] : [1, 1];
      const batch = { previous: tensor([1, 2], [1, 2]), next: tensor(values, [1, 2]) };
      const optimizer = adam({ learningRate: constant(0.1) });
      const result = await trainStep(objective, optimizer, {
        ...{
          sets: { fixed, student },
          state: optimizer.init(student),
          batch,
          key: key(1),
          step: 0,
        },
        shared: { communicator, batchSize: 2 },
      });
      return {
        skipped: (await result.skipped.data())[0],
        w: await numbersOf(result.sets["student"], "w"),
      };
    }),
  );
  const unchanged = [...Float32Array.from(weight)];
  expect(steps).toEqual([
    { skipped: 1, w: unchanged },
    { skipped: 1, w: unchanged },
  ]);
});

test("a rank that is given other rows than its own is told so", async () => {
  const [first] = inProcess(2);
  const sets = makeSets();
  const optimizer = adam({ learningRate: constant(0.1) });
  const step = trainStep(objective, optimizer, {
    ...{ sets, state: optimizer.init(sets["student"] ?? {}), batch: makeBatch() },
    ...{ key: key(1), step: 0, shared: { communicator: first as never, batchSize: 2 } },
  });
  await expect(step).rejects.toThrow(/rank 0 has a batch of 2 rows; expected its 1 of the 2 of 2/u);
});
