import { useBackend } from "@eddyflow/backend";
import type { Batch } from "@eddyflow/core";
import type { Learner, TrainingRecipe } from "@eddyflow/methods";
import { oneProcess } from "@eddyflow/parallel";
import { keyFor } from "@eddyflow/random";
import { adam, constant, type Logger, movingAverage } from "@eddyflow/training";
import { mean, memory, mul, type Scalar, square, tensor1d, tidy } from "@tensorflow/tfjs-core";
import { beforeAll, expect, test, vi } from "vitest";
import type { RunCheckpoints } from "./run-checkpoints.ts";
import { runSteps } from "./run-steps.ts";
import type { Score } from "./score.ts";
import { timeLimit } from "./time-limit.ts";
import { firstState } from "./training-state.ts";

beforeAll(() => useBackend("cpu"));

interface Given {
  readonly recipe?: Partial<TrainingRecipe>;
  /** The score at a step, by default 1/step. */
  readonly score?: (step: number) => number;
  /** What the batch of a step holds, by default 1. */
  readonly value?: (step: number) => number;
  readonly learningRate?: number;
  readonly maxHours?: number;
  /** Whether the folder of the run is there; asked for as often as it is looked for. */
  readonly isThere?: () => boolean;
  /** Called after a checkpoint is saved. */
  readonly onSave?: () => void;
  /** Called when a step's score is asked for. */
  readonly onScore?: (step: number, stop: AbortController) => void;
}

/** Runs (w · batch)² for w, and gives what was logged, saved and dropped, in order. */
async function ran({
  recipe = {},
  score = (step) => 1 / step,
  value = () => 1,
  learningRate = 0.01,
  maxHours,
  isThere = () => true,
  onSave = () => {},
  onScore = () => {},
}: Given) {
  const objective: Learner["objective"] = {
    trains: "student",
    targets: (_, { next }) => ({ next }),
    loss: ({ student }, { next }) => ({
      loss: tidy(() => mean<Scalar>(square(mul(student?.["w"] as never, next as never)))),
    }),
  };
  const learner = {
    networks: {},
    init: () => ({ w: tensor1d([1]) }),
    frozen: {},
    objective,
  } as unknown as Learner;
  const events: string[] = [];
  const stop = new AbortController();
  let unsaved: number[] = [];
  const logger: Logger = {
    log(step) {
      unsaved.push(step);
    },
    flush() {
      if (unsaved.length > 0) events.push(`rows ${unsaved.join(" ")}`);
      unsaved = [];
    },
    close: async () => {},
  };
  let best: RunCheckpoints["best"] = null;
  let latest: RunCheckpoints["latest"] = null;
  const checkpoints: RunCheckpoints = {
    get latest() {
      return latest;
    },
    get best() {
      return best;
    },
    note(step, { value }) {
      const isBest = best === null || value <= best.value;
      if (isBest) best = { step, value };
      return isBest;
    },
    async save({ step }, score) {
      events.push(`saved ${step}${score === null ? "" : ` ${score.value}`}`);
      onSave();
      latest = { step, path: `runs/x/${step}` };
      return latest;
    },
    isThere: async () => isThere(),
    async dropFrom(step) {
      events.push(`dropped from ${step}`);
    },
  };
  async function* batches(): AsyncGenerator<Batch> {
    for (let step = 1; ; step++) yield { previous: null, next: tensor1d([value(step)]) };
  }
  const optimizer = adam({ learningRate: constant(learningRate) });
  const average = movingAverage({ decay: 0.5 });
  let step = 0;
  const whole = {
    ...{ iterations: 6, validateEvery: 100, checkpointEvery: 100, batchParts: 1, patience: 0 },
    ...recipe,
  } as TrainingRecipe;
  const spy = vi.spyOn(process.stdout, "write").mockReturnValue(true);
  const limit = timeLimit(maxHours ?? null);
  const before = memory().numTensors;
  let error: unknown = null;
  try {
    await runSteps({
      shared: { communicator: oneProcess(), batchSize: 1 },
      ...{ recipe: whole, learner, optimizer, average, checkpoints, logger, limit },
      learningRate: constant(learningRate),
      scoreOf: async () => {
        step = Math.min(whole.iterations, step + whole.validateEvery);
        onScore(step, stop);
        return { name: "validationLoss", value: score(step) } satisfies Score;
      },
      start: firstState(learner, optimizer, average),
      batches: batches(),
      key: (step) => keyFor(0, "objective", step),
      keyOf: (set, step) => keyFor(0, set, step),
      stop: AbortSignal.any([stop.signal, limit.signal]),
    });
  } catch (thrown) {
    error = thrown;
  } finally {
    spy.mockRestore();
  }
  expect(memory().numTensors).toBe(before);
  return { events, message: error instanceof Error ? error.message : null };
}

test("the rows up to a checkpoint's own step are on the disk before it is", async () => {
  const { events } = await ran({ recipe: { checkpointEvery: 2, validateEvery: 3 } });
  expect(events).toEqual([
    ...["rows 1 2", "saved 2", "rows 3", `saved 3 ${1 / 3}`],
    ...["rows 4", "saved 4", "rows 5 6", `saved 6 ${1 / 6}`],
  ]);
});

test("a better validation is a checkpoint, a worse one is not", async () => {
  const scores = [3, 5, 2];
  const { events } = await ran({
    recipe: { validateEvery: 2, iterations: 8 },
    score: (step) => scores[step / 2 - 1] ?? 1,
  });
  expect(events.filter((event) => event.startsWith("saved"))).toEqual([
    "saved 2 3",
    "saved 6 2",
    "saved 8 1",
  ]);
});

test("a run whose score is not better for two validations ends early, with a checkpoint", async () => {
  const { events, message } = await ran({
    recipe: { validateEvery: 2, iterations: 100, patience: 2 },
    score: (step) => (step === 4 ? 1 : 2),
  });
  expect(message).toBeNull();
  expect(events.at(-1)).toBe("saved 8 2");
});

test("a validation that is not finite ends the run with an error, and the checkpoint before stays", async () => {
  const { events, message } = await ran({
    recipe: { validateEvery: 2, checkpointEvery: 1 },
    score: (step) => (step === 4 ? Number.NaN : 1),
  });
  expect(message).toMatch(/^training diverged at step 4: validationLoss is not finite/u);
  expect(message).toContain("the checkpoint of step 3 is kept");
  expect(events.filter((event) => event.startsWith("saved"))).toEqual([
    ...["saved 1", "saved 2 1", "saved 3"],
  ]);
});

test("a validation that fails costs no step: they are saved, then the run ends with its error", async () => {
  const { events, message } = await ran({
    recipe: { validateEvery: 3 },
    onScore: () => {
      throw new Error("a frame is damaged");
    },
  });
  expect(message).toBe("a frame is damaged");
  expect(events).toEqual(["rows 1 2 3", "saved 3"]);
});

test("a stop at a step that is validated leaves the validation to the resumed run", async () => {
  const { events } = await ran({
    recipe: { validateEvery: 2 },
    // It comes in the validation of step 2, so step 3 is the last.
    onScore: (step, stop) => step === 2 && stop.abort(),
  });
  expect(events.at(-1)).toBe("saved 3");
  const every = await ran({
    recipe: { validateEvery: 1 },
    onScore: (step, stop) => step === 2 && stop.abort(),
  });
  expect(every.events.at(-1)).toBe("saved 3");
});

test("a time that is over ends the run with a checkpoint", async () => {
  const { events, message } = await ran({ recipe: { iterations: 1000 }, maxHours: 1e-12 });
  expect([message, events.at(-1)]).toEqual([null, "saved 2"]);
});

test("the folder of a run is looked for once a second; where it is gone, the next step is saved after its row", async () => {
  let [milliseconds, looks] = [0, 0];
  const clock = vi.spyOn(performance, "now").mockImplementation(() => milliseconds);
  const { events } = await ran({
    recipe: { iterations: 25 },
    // A step takes a tenth of a second.
    value: () => {
      milliseconds += 100;
      return 1;
    },
    isThere: () => ++looks < 2,
    onSave: () => {
      throw new Error("it was moved");
    },
  });
  clock.mockRestore();
  expect(looks).toBe(2);
  const rows = Array.from({ length: 21 }, (_, i) => i + 1);
  expect(events).toEqual([`rows ${rows.join(" ")}`, "saved 21"]);
});

test("ten steps without a finite gradient end the run at the last good checkpoint", async () => {
  const { events, message } = await ran({
    recipe: { iterations: 50, checkpointEvery: 2 },
    value: (step) => (step > 5 ? Number.NaN : 1),
  });
  expect(message).toMatch(/^training diverged at step 15: .*not finite from step 6 on; /u);
  // What step 6 could not learn with are the weights after step 5: none later were saved, and none of those are kept.
  expect(events.filter((event) => !event.startsWith("rows"))).toEqual([
    ...["saved 2", "saved 4", "dropped from 5"],
  ]);
});

test("a short run that skips most of its steps has diverged too", async () => {
  const { message } = await ran({ value: (step) => (step > 2 ? Number.NaN : 1) });
  expect(message).toMatch(/^training diverged at step 6: 4 of 6 steps were skipped; /u);
});

test("weights that are not finite are not saved", async () => {
  const { events, message } = await ran({
    recipe: { iterations: 4, checkpointEvery: 1 },
    learningRate: Number.POSITIVE_INFINITY,
  });
  expect(message).toMatch(
    /^training diverged at step 1: the weights are not finite; .*no checkpoint was good/u,
  );
  expect(events.some((event) => event.startsWith("saved"))).toBe(false);
});
