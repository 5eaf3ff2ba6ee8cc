import { execFile } from "node:child_process";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { useBackend } from "@eddyflow/backend";
import { createRunDirectory } from "@eddyflow/checkpointing/node";
import type { Grid, NetworkDescription, Normalisation, TrainedOn } from "@eddyflow/core";
import {
  createTrajectoryStore,
  observe,
  openTrajectoryStore,
  type StoreDescription,
  writeNormalisation,
} from "@eddyflow/datasets";
import { velocityNetwork } from "@eddyflow/models";
import { type Communicator, inProcess } from "@eddyflow/parallel";
import { randomFourierField, kuramotoSivashinsky2d as stepperOf } from "@eddyflow/pde";
import { key } from "@eddyflow/random";
import { kuramotoSivashinsky2d } from "@eddyflow/systems";
import { dispose, memory } from "@tensorflow/tfjs-core";
import { noOwnValues, parseFlags } from "command-line";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { commandSpec } from "./command-spec.ts";
import { readContestantSpecs } from "./contestants/contestant-specs.ts";
import { loadContestants } from "./contestants/load-contestants.ts";
import { main } from "./main.ts";
import type { Summary } from "./report/summary.ts";
import { readEvaluationRequest, readPredictionRequest } from "./request.ts";
import { runEvaluation } from "./run-evaluation.ts";
import { runPrediction } from "./run-prediction.ts";

const cli = fileURLToPath(import.meta.resolve("./cli.ts"));
const recipe = kuramotoSivashinsky2d.recipe.parse({
  system: "kuramoto-sivashinsky-2d",
  operator: "biharmonic",
  extent: 20,
  numPoints: 32,
  dt: 0.25,
  frameInterval: 0.5,
  observation: { pointStride: 4 },
});
const grid: Grid = { shape: [8, 8], extent: [20, 20], boundary: ["periodic", "periodic"] };
const normalisation: Normalisation = { channels: ["u"], mean: [0], std: [0.5] };
const network: NetworkDescription = {
  kind: "velocity",
  stateChannels: 1,
  conditionChannels: 1,
  features: [2, 3],
  padding: ["periodic", "periodic"],
};

let folder: string;

async function makeData(split: string, seed: number): Promise<void> {
  const frames = 6;
  const description: StoreDescription = {
    experiment: "ks2d",
    split,
    channels: ["u"],
    grid,
    frameInterval: recipe.frameInterval,
    frames,
    trajectories: 2,
    recipe: { ...recipe },
    seed,
    observation: recipe.observation,
  };
  const dir = join(folder, "data", `${split}.zarr`);
  const writer = await createTrajectoryStore(dir, description);
  const stepper = stepperOf(recipe);
  const layout = { grid: { ...grid, shape: [32, 32] }, channels: ["u"] };
  for (let index = 0; index < 2; index++) {
    let state = stepper.step(randomFourierField(key(seed + index), [32, 32]), 40);
    const trajectory = new Float32Array(frames * 64);
    for (let frame = 0; frame < frames; frame++) {
      trajectory.set(observe(state, layout, recipe.observation), frame * 64);
      state = stepper.step(state, 2);
    }
    await writer.write(index, trajectory);
  }
  if (split === "train") await writeNormalisation(dir, normalisation);
}

async function makeCheckpoint(
  name: string,
  changes: {
    readonly grid?: Partial<Grid>;
    readonly step?: number;
    readonly seed?: number;
    readonly below?: string;
    readonly method?: string;
    readonly trainedOn?: TrainedOn;
  } = {},
): Promise<void> {
  const { method = "velocity", seed = 3, below = "runs", trainedOn } = changes;
  const run = await createRunDirectory(join(folder, below), {
    experiment: "ks2d",
    method: "velocity",
    name,
    config: {},
  });
  const student = velocityNetwork(network).init(key(seed));
  await run.saveCheckpoint(7, {
    sets: { student },
    state: null,
    manifest: {
      experiment: "ks2d",
      method,
      ...(trainedOn !== undefined && { trainedOn }),
      networks: { student: network },
      sampler: { kind: "integrate", tableau: "midpoint", times: [0, 0.5, 1] },
      conditioning: { history: 1, parameters: { channels: [], mean: [], std: [] } },
      clock: changes.step === undefined ? null : { step: changes.step, channel: null },
      normalisation,
      grid: { ...grid, ...changes.grid },
      channels: ["u"],
      teacher: null,
      config: {},
    },
  });
  run.close();
  dispose(student);
}

beforeAll(async () => {
  await useBackend("cpu");
  vi.stubEnv("EDDYFLOW_BACKEND", "cpu");
  folder = await mkdtemp(join(tmpdir(), "evaluator-"));
  vi.stubEnv("INIT_CWD", folder);
  await makeData("train", 10);
  await makeData("test", 20);
  await makeCheckpoint("a");
  await makeCheckpoint("points", { grid: { shape: [16, 16], extent: [40, 40] } });
  await makeCheckpoint("box", { grid: { extent: [24, 20] } });
  await makeCheckpoint("walls", { grid: { boundary: ["wall", "periodic"] } });
  await makeCheckpoint("interval", { step: 0.75 });
  await makeCheckpoint("strided", { step: 1 });
  await makeCheckpoint("b", { seed: 4 });
  await makeCheckpoint("c", { seed: 5, below: "more, k=v" });
  await makeCheckpoint("pd", {
    ...{ seed: 6, method: "velocity_pd" },
    trainedOn: { increments: [0.5, 1], levels: [0.5, 1], tableau: "euler" },
  });
}, 60_000);
afterAll(() => rm(folder, { recursive: true }));

/** Runs the command as a person does. */
function evaluator(
  ...words: readonly string[]
): Promise<{ readonly code: number; readonly stderr: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [cli, ...words], { env: process.env }, (error, _, stderr) =>
      resolve({ code: Number(error?.code ?? 0), stderr }),
    );
  });
}

/** The same in this process. */
const evaluateHere = (...words: readonly string[]): Promise<void> =>
  runEvaluation(
    readEvaluationRequest(parseFlags(["ks2d", ...words], commandSpec)),
    new AbortController().signal,
  );

const runs = "runs/ks2d/velocity";
const run = `${runs}/a`;
const small = ["--data", "data", "--backend", "cpu", "--samples", "3", "--members", "3"] as const;

test("an evaluation ends in a table and a report in which every contestant stands", {
  tags: ["slow"],
}, async () => {
  const printed = vi.spyOn(process.stdout, "write").mockReturnValue(true);
  const names = `teacher=${run}@midpoint:3,euler=${run}@euler:1,persistence,climatology,solver,solver:2`;
  await evaluateHere(
    ...["--models", names, ...small, "--rollout-len", "3", "--batch", "4"],
    ...["--quick", "--out", "report"],
  );
  const stdout = printed.mock.calls.join("");
  const out = join(folder, "report");
  const found: Summary = JSON.parse(await readFile(join(out, "summary.json"), "utf8"));
  expect(found.quick).toBe(true);
  expect(found.contestants.map((contestant) => contestant.name)).toEqual([
    "teacher",
    "euler",
    "persistence",
    "climatology",
    "solver",
    "solver:2",
  ]);
  const [teacher, euler, persistence, climatology, solver, coarse] = found.contestants;
  expect(teacher).toMatchObject({ nfePerStep: 6, batch: 4, distillationError: 0 });
  expect(euler).toMatchObject({ nfePerStep: 1, batch: 4 });
  expect(euler?.distillationError).toBeGreaterThan(0);
  expect(found.teacherSpread).toBeGreaterThan(0);
  expect(solver).toMatchObject({ nfePerStep: null, batch: 1, distillationError: null });
  // The solver alone knows the equation, and half its points are less.
  expect(solver?.oneStep.crps).toBeLessThan(persistence?.oneStep.crps ?? 0);
  expect(coarse?.oneStep.vrmse).toBeGreaterThanOrEqual(solver?.oneStep.vrmse ?? 0);
  expect(climatology?.rollout.vrmse).toHaveLength(3);
  expect(stdout).toContain("euler (the teacher’s own weights, nothing distilled)");
  expect(stdout).toContain("prove nothing");
  expect(stdout).toContain("report: report/report.html");
  expect(await readdir(out)).toEqual(
    expect.arrayContaining(["overview.png", "frames.png", "rollout-crps.png", "ranks-1-u.png"]),
  );
});

const students = `student=${runs}/b|"more, k=v/ks2d/velocity/c"@euler:1,2`;

/** The summary of an evaluation of one step. */
async function summaryOf(name: string, ...words: readonly string[]): Promise<Summary> {
  vi.spyOn(process.stdout, "write").mockReturnValue(true);
  await evaluateHere(...words, ...small, "--mode", "one-step", "--batch", "2", "--out", name);
  return JSON.parse(await readFile(join(folder, name, "summary.json"), "utf8"));
}

/** Evaluates in two ranks of this process. What one fails with ends the other, as it does in an MPI job. */
async function evaluateInTwoRanks(wordsOf: (rank: number) => readonly string[]): Promise<void> {
  const { signal } = new AbortController();
  const ranks = inProcess(2).map((communicator) =>
    main({
      argv: ["ks2d", ...wordsOf(communicator.rank)],
      signal,
      join: async () => communicator,
    }).catch((error) => {
      try {
        communicator.abort(2);
      } catch {
        // It says that the job has ended.
      }
      throw error;
    }),
  );
  await Promise.all(ranks).finally(() => Promise.allSettled(ranks));
}

test("two ranks write the report that one process writes, but for times", {
  tags: ["slow"],
}, async () => {
  const printed = vi.spyOn(process.stdout, "write").mockReturnValue(true);
  const tensors = memory().numTensors;
  const models = `teacher=${run}@midpoint:3,student=${runs}/b@euler:1,persistence`;
  const words = (name: string) => [
    ...["--models", models, ...small, "--mode", "one-step", "--batch", "3", "--quick"],
    ...["--as-listed", "--out", name],
  ];
  await evaluateHere(...words("alone"));
  await evaluateInTwoRanks(() => words("shared"));
  const figuresOf = async (name: string) => {
    const lines = (await readFile(join(folder, name, "metrics.csv"), "utf8")).split("\n");
    return lines.filter((line) => !line.includes(",ms_per_step,"));
  };
  expect(await figuresOf("shared")).toEqual(await figuresOf("alone"));
  const page = await readFile(join(folder, "shared", "report.html"), "utf8");
  expect(page).toContain("in one of 2 processes while the others waited");
  expect(printed.mock.calls.join("").split("report: shared/report.html")).toHaveLength(2);
  expect(memory().numTensors).toBe(tensors);
});

test("ranks that were asked for something else are refused by rank 0, and nothing is written", async () => {
  vi.spyOn(process.stdout, "write").mockReturnValue(true);
  const before = await readdir(folder);
  const words = ["--models", `student=${run}`, ...small, "--out", "refused", "--seed"];
  await expect(evaluateInTwoRanks((rank) => [...words, String(rank)])).rejects.toThrow(
    /rank 1 has another configuration than rank 0/u,
  );
  expect(await readdir(folder)).toEqual(before);
});

test("what is no comparison is refused in several ranks", async () => {
  const [communicator] = inProcess(2) as [Communicator];
  const argv = ["predict", run, "--from", "data/test.zarr", "--out", "twice.zarr"];
  const { signal } = new AbortController();
  await expect(main({ argv, signal, join: async () => communicator })).rejects.toThrow(
    /predict was started as 2 processes/u,
  );
});

test("contestants at several budgets and of several seeds have an entry for each budget", {
  tags: ["slow"],
}, async () => {
  const models = `teacher=${run}@euler:1,2;midpoint:1,2,${students},persistence`;
  const { contestants, reference } = await summaryOf("budgets", "--models", models);
  expect(
    contestants.map(({ name, group, seeds, budget: { sampler, steps, nfe } }) => [
      ...[name, group, seeds, sampler, steps, nfe],
    ]),
  ).toEqual([
    ["teacher@euler:1", "teacher", 1, "euler", 1, 1],
    ["teacher@euler:2", "teacher", 1, "euler", 2, 2],
    ["teacher@midpoint:1", "teacher", 1, "midpoint", 1, 2],
    ["teacher@midpoint:2", "teacher", 1, "midpoint", 2, 4],
    ["student@euler:1", "student", 2, "euler", 1, 1],
    ["student@euler:2", "student", 2, "euler", 2, 2],
    ["persistence", "persistence", 1, null, null, null],
  ]);
  // The most evaluations.
  expect(reference).toBe("teacher@midpoint:2");
  const of = (name: string) => contestants.find((each) => each.name === name);
  expect(of("teacher@midpoint:2")).toMatchObject({ distillationError: 0, ratioToTeacher: null });
  expect(of("teacher@euler:1")).toMatchObject({ undistilled: true, ratioAtEqualCost: null });
  expect(of("student@euler:1")?.ratioToTeacher?.to).toBe("teacher@midpoint:2");
  expect(of("student@euler:1")?.ratioAtEqualCost?.to).toBe("teacher@euler:1");
  // The better of the two at two evaluations, by CRPS.
  const [euler, midpoint] = ["teacher@euler:2", "teacher@midpoint:1"].map(
    (name) => of(name)?.oneStep.crps ?? Number.NaN,
  );
  expect(of("student@euler:2")?.ratioAtEqualCost?.to).toBe(
    (euler ?? 0) < (midpoint ?? 0) ? "teacher@euler:2" : "teacher@midpoint:1",
  );
});

test("a teacher with one budget stands beside its students at their cost too, unless told not to", async () => {
  const namesOf = async (teacher: string, atEqualCost: boolean) => {
    const specs = readContestantSpecs(`teacher=${run}@${teacher},${students}`);
    const contestants = await loadContestants(specs, {
      ...{ train: null, overrides: [], frameStride: 1, noise: true, atEqualCost },
      test: await openTrajectoryStore(join(folder, "data", "test.zarr")),
      reference: "teacher",
      own: noOwnValues,
    });
    for (const contestant of contestants) contestant.dispose();
    return contestants.flatMap((each) =>
      each.group === "teacher" ? [`${each.name}${each.isAdded === true ? " added" : ""}`] : [],
    );
  };
  expect(await namesOf("midpoint:3", true)).toEqual([
    ...["teacher", "teacher@euler:1 added", "teacher@euler:2 added", "teacher@midpoint:1 added"],
  ]);
  expect(await namesOf("midpoint:3", false)).toEqual(["teacher"]);
  // Nothing is dearer than the teacher itself, and who lists several budgets gets those.
  expect(await namesOf("euler:2", true)).toEqual(["teacher", "teacher@euler:1 added"]);
  expect(await namesOf("euler:1;midpoint:1", true)).toEqual([
    ...["teacher@euler:1", "teacher@midpoint:1"],
  ]);
});

test("a prediction is a store of rollouts that begin at the given states", {
  tags: ["slow"],
}, async () => {
  const printed = vi.spyOn(process.stdout, "write").mockReturnValue(true);
  const words = ["predict", `${run}@euler:1`, "--from", "data/test.zarr", "--out", "out.zarr"];
  const asked = ["--steps", "2", "--members", "2", "--frame", "1", "--backend", "cpu"];
  const request = readPredictionRequest(parseFlags([...words, ...asked], commandSpec));
  await runPrediction(request, new AbortController().signal);
  expect(printed).toHaveBeenCalledWith("out.zarr: 4 rollouts of 2 steps, 1 Euler step\n");
  const made = await openTrajectoryStore(join(folder, "out.zarr"));
  expect(made.description).toMatchObject({ frames: 3, trajectories: 4, split: "prediction" });
  const truth = await openTrajectoryStore(join(folder, "data", "test.zarr"));
  const start = await truth.readFrames(1, 1, 1);
  const [one, other] = [await made.readFrames(2, 0, 3), await made.readFrames(3, 0, 3)];
  expect(one.subarray(0, 64)).toEqual(start);
  expect(other.subarray(0, 64)).toEqual(start);
  expect(other.subarray(64)).not.toEqual(one.subarray(64));
});

test.each([
  ["a=runs/none", /no run at .*runs\/none/u],
  [`a=${run}@flow:1`, /cannot be sampled by "flow"/u],
  ["a=runs/ks2d/velocity/strided", /with interval 1; expected interval 0\.5, as in the data/u],
  ["solver:3", /a stride that divides 4/u],
  [
    `a=${run}|${runs}/pd@euler:1`,
    /not of one method: .*\/a\/.* velocity, .*\/pd\/.* velocity_pd;/u,
  ],
  [`a=${run}|./${run}@euler:1`, /has the weights of .* twice/u],
  [
    `a=${runs}/pd@euler:1,2,3`,
    /cannot have the budget euler:3: .* trained on steps of 0\.5, 1 only/u,
  ],
  [`a=${runs}/pd@euler:1;midpoint:1`, /cannot have the budget midpoint:1: .* steps of euler/u],
  [`a=${run}@euler:1;flow:1`, /cannot be sampled by "flow"/u],
])("--models %s is refused, and nothing is written", async (models, message) => {
  const before = await readdir(folder);
  await expect(evaluateHere("--models", models, ...small)).rejects.toThrow(message);
  expect(await readdir(folder)).toEqual(before);
});

const others: readonly (readonly [string, string])[] = [
  ["points", "points 16 × 16; expected points 8 × 8"],
  ["box", "cell size 3 × 2.5; expected cell size 2.5 × 2.5"],
  ["walls", "boundary wall × periodic; expected boundary periodic × periodic"],
  ["interval", "interval 0.75; expected interval 0.5"],
];
test.each(others)(
  "a model of other %s is refused, for a report and for a prediction",
  async (name, said) => {
    const path = `runs/ks2d/velocity/${name}`;
    const message = `was trained on states with ${said}, as in the data to forecast`;
    await expect(evaluateHere("--models", `a=${path}`, ...small)).rejects.toThrow(message);
    const words = ["predict", path, "--from", "data/test.zarr", "--out", `${name}.zarr`];
    const request = readPredictionRequest(parseFlags([...words, "--backend", "cpu"], commandSpec));
    await expect(runPrediction(request, new AbortController().signal)).rejects.toThrow(message);
    expect(await readdir(folder)).not.toContain(`${name}.zarr`);
  },
);

test("a model of longer steps is started from one frame of data of shorter ones", async () => {
  vi.spyOn(console, "log").mockImplementation(() => {});
  const words = ["predict", "runs/ks2d/velocity/strided@euler:1", "--from", "data/test.zarr"];
  const asked = ["--steps", "1", "--out", "strided.zarr", "--backend", "cpu"];
  const request = readPredictionRequest(parseFlags([...words, ...asked], commandSpec));
  await runPrediction(request, new AbortController().signal);
  const made = await openTrajectoryStore(join(folder, "strided.zarr"));
  expect(made.description).toMatchObject({ frameInterval: 1, frames: 2 });
});

test("what cannot be done is said in one line with exit code 2", { tags: ["slow"] }, async () => {
  const words = ["ks2d", "--models", "persistence", "--samples", "99", "--data", "data"];
  const { code, stderr } = await evaluator(...words);
  expect(stderr).toMatch(/^evaluator: --samples 99 is more than .*at most 10.*\n$/u);
  expect(code).toBe(2);
});

test("what is stopped leaves nothing behind and says so", async () => {
  const printed = vi.spyOn(process.stdout, "write").mockReturnValue(true);
  const before = await readdir(folder);
  const words = ["ks2d", "--models", "persistence,solver", ...small, "--out", "stopped"];
  const request = readEvaluationRequest(parseFlags(words, commandSpec));
  await expect(runEvaluation(request, AbortSignal.abort())).rejects.toThrow(/abort/u);
  expect(printed.mock.calls.join()).toContain("the same command starts again from the beginning");
  expect(await readdir(folder)).toEqual(before);
});

test("missing data are pointed at", async () => {
  await expect(evaluateHere("--models", "persistence", "--data", "none")).rejects.toThrow(
    "run: npm run simulator -- ks2d --split test",
  );
});
