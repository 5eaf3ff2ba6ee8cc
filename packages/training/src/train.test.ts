import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { loadParams, loadState } from "@eddyflow/checkpointing";
import { createRunDirectory, folderSource } from "@eddyflow/checkpointing/node";
import type { Batch, Objective, ParamSets, Params } from "@eddyflow/core";
import { keyFor, normalTensor } from "@eddyflow/random";
import {
  add,
  conv2d,
  dispose,
  mean,
  memory,
  type Scalar,
  square,
  sub,
  type Tensor,
  type Tensor4D,
  tidy,
} from "@tensorflow/tfjs-core";
import { expect, test } from "vitest";
import { adam } from "./adam.ts";
import { movingAverage } from "./moving-average.ts";
import type { OptimizerState } from "./optimizer.ts";
import { cosine } from "./schedule.ts";
import { stopwatch } from "./stopwatch.ts";
import { type TrainedStep, train, trainParts } from "./train.ts";

/** mean (conv(previous) + bias + noise − next)² */
const objective: Objective<{ previous: Tensor; noise: Tensor; next: Tensor }> = {
  trains: "student",
  targets: async (_sets, { previous, next }, { key }) => ({
    previous: previous as Tensor,
    next,
    noise: normalTensor(key, next.shape),
  }),
  loss: (sets, { previous, noise, next }) => {
    const { "conv.weight": weight, "conv.bias": bias } = sets["student"] as Params;
    const output = conv2d(previous as Tensor4D, weight as Tensor4D, 1, "same");
    const error = sub(add(add(output, bias as Tensor), noise), next);
    const loss = mean(square(error)) as Scalar;
    return { loss, terms: { fit: loss } };
  },
};

const optimizer = adam({ learningRate: cosine({ max: 0.05, min: 0.001, steps: 20 }), clipNorm: 1 });
const average = movingAverage({ decay: 0.9 });

type Pairs = Pick<Batch, "previous" | "next">;

async function* batchesFrom(step: number, end = Number.POSITIVE_INFINITY): AsyncGenerator<Pairs> {
  for (let s = step; s < end; s++) {
    const previous = normalTensor(keyFor(1, "previous", s), [2, 4, 4, 2]);
    yield { previous, next: normalTensor(keyFor(1, "next", s), [2, 4, 4, 3]) };
  }
}

const key = (step: number) => keyFor(1, "objective", step);

function start(): { readonly sets: ParamSets; readonly state: OptimizerState } {
  const student = {
    "conv.weight": normalTensor(keyFor(1, "weight", 0), [3, 3, 2, 3]),
    "conv.bias": normalTensor(keyFor(1, "bias", 0), [3]),
  };
  return {
    sets: { student, "student.average": average.init(student) },
    state: optimizer.init(student),
  };
}

function disposeAll({ sets, state }: Pick<TrainedStep, "sets" | "state">): void {
  for (const params of [...Object.values(sets), state.first, state.second]) dispose(params);
}

async function bitsOf({
  sets,
  state,
}: Pick<TrainedStep, "sets"> & { readonly state: ParamSets | OptimizerState }) {
  const all = { ...sets, ...state };
  const bits: Record<string, Uint32Array> = {};
  for (const [set, params] of Object.entries(all)) {
    for (const [name, p] of Object.entries(params)) {
      bits[`${set}.${name}`] = new Uint32Array(Float32Array.from(await p.data()).buffer);
    }
  }
  return bits;
}

async function lastOf(steps: AsyncIterable<TrainedStep>): Promise<TrainedStep> {
  let last: TrainedStep | undefined;
  for await (const step of steps) last = step;
  return last as TrainedStep;
}

test("a run that is interrupted and resumed from its checkpoint is bit for bit the uninterrupted one", async () => {
  const root = await mkdtemp(join(tmpdir(), "eddyflow-"));
  const before = memory().numTensors;
  const whole = await lastOf(
    train(objective, optimizer, { ...start(), batches: batchesFrom(0), key, steps: 20, average }),
  );

  const run = await createRunDirectory(root, {
    experiment: "test",
    method: "linear",
    name: "a",
    config: {},
  });
  const options = { batches: batchesFrom(0), key, steps: 20, average };
  for await (const { step, sets, state } of train(objective, optimizer, {
    ...start(),
    ...options,
  })) {
    if (step < 10) continue;
    const manifest = {
      experiment: "test",
      method: "linear",
      networks: {},
      sampler: { kind: "jump", times: [0, 1] } as const,
      conditioning: { history: 1, parameters: { channels: [], mean: [], std: [] } },
      clock: null,
      normalisation: { channels: ["u"], mean: [0], std: [1] },
      grid: { shape: [4], extent: [1], boundary: ["periodic"] as const },
      channels: ["u"],
      teacher: null,
      config: {},
    };
    await run.saveCheckpoint(step, { sets, state, manifest });
    disposeAll({ sets, state });
    break;
  }

  const source = folderSource((await run.latest())?.path as string);
  const shapes = { "conv.weight": [3, 3, 2, 3], "conv.bias": [3] };
  const sets = {
    student: await loadParams(source, "student", shapes),
    "student.average": await loadParams(source, "student.average", shapes),
  };
  const state: OptimizerState = await loadState(source, { first: shapes, second: shapes });
  const resumed = await lastOf(
    train(objective, optimizer, {
      sets,
      state,
      batches: batchesFrom(10),
      key,
      firstStep: 10,
      steps: 20,
      average,
    }),
  );
  expect(resumed.step).toBe(20);
  expect(await bitsOf(resumed)).toEqual(await bitsOf(whole));
  disposeAll(whole);
  disposeAll(resumed);
  expect(memory().numTensors).toBe(before);
  await rm(root, { recursive: true });
});

test("values arrive one step late, those of the last step with it, and the loss falls", async () => {
  const steps: (readonly number[])[] = [];
  const losses: number[] = [];
  const before = memory().numTensors;
  const options = { ...start(), batches: batchesFrom(0), key, steps: 20, average };
  const numTensors = new Set<number>();
  for await (const trained of train(objective, optimizer, options)) {
    steps.push(trained.logged.map(({ step }) => step));
    losses.push(...trained.logged.map(({ values }) => values["loss"] as number));
    if (trained.isLast) disposeAll(trained);
    else numTensors.add(memory().numTensors);
    for (const { values } of trained.logged) {
      expect(Object.keys(values).sort()).toEqual(["fit", "loss", "norm", "skipped"]);
      expect(values["fit"]).toBe(values["loss"]);
      expect(values["norm"]).toBeGreaterThan(0);
      expect(values["skipped"]).toBe(0);
    }
  }
  expect(numTensors.size).toBe(1);
  expect(steps.slice(0, 3)).toEqual([[], [1], [2]]);
  expect(steps.at(-1)).toEqual([19, 20]);
  expect(losses.length).toBe(20);
  const meanOf = (values: number[]) => values.reduce((a, b) => a + b) / values.length;
  expect(meanOf(losses.slice(-5))).toBeLessThan(0.8 * meanOf(losses.slice(0, 5)));
  expect(memory().numTensors).toBe(before);
});

/** Learns, of the same batch, the mean of the present student's output: what it sees shows that its turn is second. */
const follower: Objective<{ goal: Tensor }> = {
  trains: "follower",
  targets: (sets, { previous, next }, { key }) => {
    const { "conv.weight": weight, "conv.bias": bias } = sets["student"] as Params;
    return tidy(() => {
      const output = add(
        conv2d(previous as Tensor4D, weight as Tensor4D, 1, "same"),
        bias as Tensor,
      );
      return { goal: add(mean(output, [0, 1, 2]), normalTensor(key, next.shape.slice(-1))) };
    });
  },
  loss: (sets, { goal }) => {
    const error = sub(sets["follower"]?.["p"] as Tensor, goal);
    const loss = mean(square(error)) as Scalar;
    return { loss, terms: { fit: loss } };
  },
};

const followerKey = (step: number) => keyFor(1, "objective/follower", step);

const startTwo = () => {
  const begun = start();
  const params = { p: normalTensor(keyFor(1, "p", 0), [3]) };
  return {
    ...begun,
    sets: { ...begun.sets, follower: params },
    opponents: [
      { objective: follower, optimizer, state: optimizer.init(params), key: followerKey },
    ],
  };
};

test("an opponent has its turn after the objective, on the same batch, and leaves its draws alone", async () => {
  const before = memory().numTensors;
  const options = { batches: batchesFrom(0), key, steps: 3, average };
  const alone = await lastOf(train(objective, optimizer, { ...start(), ...options }));
  const lines: string[][] = [];
  const losses: (number | undefined)[] = [];
  let last: TrainedStep | undefined;
  for await (const step of train(objective, optimizer, {
    ...startTwo(),
    ...options,
    batches: batchesFrom(0),
  })) {
    last = step;
    for (const { values } of step.logged) {
      lines.push(Object.keys(values));
      losses.push(values["follower/loss"]);
      expect(values["follower/fit"]).toBe(values["follower/loss"]);
      expect(values["follower/skipped"]).toBe(0);
    }
  }
  expect(lines[0]).toEqual([
    ...["fit", "loss", "norm", "skipped"],
    ...["fit", "loss", "norm", "skipped"].map((name) => `follower/${name}`),
  ]);
  const { opponents, ...both } = last as TrainedStep;
  const { follower: followed, ...sets } = both.sets;
  expect(await bitsOf({ ...both, sets })).toEqual(await bitsOf(alone));
  expect(Object.keys(opponents)).toEqual(["follower"]);

  // The first loss again, by hand: of the student after its own step.
  const one = await lastOf(
    train(objective, optimizer, { ...start(), ...options, batches: batchesFrom(0), steps: 1 }),
  );
  const [batch] = [(await batchesFrom(0).next()).value as Pairs];
  const p = { p: normalTensor(keyFor(1, "p", 0), [3]) };
  const targets = (await follower.targets(one.sets, batch, { key: followerKey(0), step: 0 })) as {
    goal: Tensor;
  };
  const loss = tidy(() => follower.loss({ follower: p }, targets).loss);
  expect(losses[0]).toBeCloseTo((await loss.data())[0] as number, 5);
  disposeAll(alone);
  disposeAll(one);
  disposeAll(both);
  dispose([p, targets, loss, batch, followed, opponents] as never);
  expect(memory().numTensors).toBe(before);
});

test("two objectives that are stopped go on to the same bits", async () => {
  const before = memory().numTensors;
  const all = async (trained: TrainedStep) => [
    await bitsOf(trained),
    await bitsOf({ sets: {}, state: trained.opponents["follower"] as OptimizerState }),
  ];
  const options = { key, steps: 8, average };
  const whole = await lastOf(
    train(objective, optimizer, { ...startTwo(), ...options, batches: batchesFrom(0) }),
  );
  const half = await lastOf(
    train(objective, optimizer, { ...startTwo(), ...options, batches: batchesFrom(0), steps: 4 }),
  );
  const resumed = await lastOf(
    train(objective, optimizer, {
      sets: half.sets,
      state: half.state,
      opponents: [
        {
          objective: follower,
          optimizer,
          state: half.opponents["follower"] as OptimizerState,
          key: followerKey,
        },
      ],
      ...options,
      batches: batchesFrom(4),
      firstStep: 4,
    }),
  );
  expect(await all(resumed)).toEqual(await all(whole));
  for (const each of [whole, resumed]) {
    disposeAll(each);
    dispose(each.opponents as never);
  }
  expect(memory().numTensors).toBe(before);
});

test("a signal ends training after the step under way; timers run between steps", async () => {
  const before = memory().numTensors;
  const interrupt = new AbortController();
  const trained: TrainedStep[] = [];
  const options = { ...start(), batches: batchesFrom(0), key, steps: 1_000_000 };
  setTimeout(() => interrupt.abort(), 20);
  for await (const step of train(objective, optimizer, { ...options, signal: interrupt.signal })) {
    trained.push(step);
  }
  const last = trained.at(-1) as TrainedStep;
  expect(last.isLast).toBe(true);
  expect(last.logged.at(-1)?.step).toBe(last.step);
  disposeAll(last);
  expect(memory().numTensors).toBe(before);
});

test("the parts of a step are counted, each for itself, with a clock that only they move", async () => {
  let now = 0;
  /** Takes so many milliseconds of the clock. */
  const taking =
    <A extends readonly unknown[], R>(milliseconds: number, work: (...args: A) => R) =>
    (...args: A): R => {
      now += milliseconds;
      return work(...args);
    };
  async function* slowBatches() {
    for await (const batch of batchesFrom(0)) {
      await Promise.resolve();
      now += 1000;
      yield batch;
    }
  }
  const timer = stopwatch(trainParts, "rest", () => now);
  const trained = train(
    {
      ...objective,
      targets: taking(200, objective.targets),
      loss: taking(30, objective.loss),
    },
    { ...optimizer, update: taking(4, optimizer.update) },
    {
      ...start(),
      batches: slowBatches(),
      key,
      steps: 3,
      average: { ...average, update: taking(500, average.update) },
      timer,
    },
  );
  for await (const step of trained) {
    now += 7;
    if (step.isLast) disposeAll(step);
  }
  const milliseconds = Object.entries(timer.lap()).map(
    ([part, seconds]) => [part, Math.round(1000 * seconds)] as const,
  );
  expect(Object.fromEntries(milliseconds)).toEqual({
    data: 3000,
    targets: 600,
    gradient: 90,
    optimizer: 12,
    average: 1500,
    reading: 0,
    rest: 21,
  });
});

test("a finished training has no further step; batches that end too early are an error", async () => {
  const begun = start();
  const options = { ...begun, batches: batchesFrom(0, 2), key, steps: 3 };
  const none = train(objective, optimizer, { ...options, firstStep: 3 });
  expect((await none.next()).done).toBe(true);
  let last: TrainedStep | undefined;
  const steps = async () => {
    for await (const step of train(objective, optimizer, options)) last = step;
  };
  await expect(steps()).rejects.toThrow("the batches ended after 2 steps; expected 3 steps");
  disposeAll(last as TrainedStep);
  dispose(begun.sets["student.average"] as Params);
});

test("where the batches fail, the last step comes once more to be saved, then the error", async () => {
  async function* failing() {
    yield* batchesFrom(0, 2);
    throw new Error("the disk is gone");
  }
  const seen: (readonly [step: number, isLast: boolean, logged: readonly number[]])[] = [];
  let last: TrainedStep | undefined;
  const options = { ...start(), batches: failing(), key, steps: 5 };
  const steps = async () => {
    for await (const trained of train(objective, optimizer, options)) {
      last = trained;
      seen.push([trained.step, trained.isLast, trained.logged.map(({ step }) => step)]);
    }
  };
  await expect(steps()).rejects.toThrow("the disk is gone");
  expect(seen).toEqual([
    [1, false, []],
    [2, false, [1]],
    [2, true, [2]],
  ]);
  disposeAll(last as TrainedStep);
  dispose(options.sets["student.average"] as Params);
});

test("the values of a step that is asked for are there in it, each once", async () => {
  const logged: (readonly number[])[] = [];
  let last: TrainedStep | undefined;
  const options = { ...start(), batches: batchesFrom(0), key, steps: 5 };
  const readAt = (step: number) => step === 2 || step === 3;
  for await (const trained of train(objective, optimizer, { ...options, readAt })) {
    last = trained;
    logged.push(trained.logged.map(({ step }) => step));
  }
  expect(logged).toEqual([[], [1, 2], [3], [], [4, 5]]);
  disposeAll(last as TrainedStep);
  dispose(options.sets["student.average"] as Params);
});
