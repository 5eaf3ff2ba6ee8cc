import { cp, mkdtemp, readFile, rm, truncate } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  createEnsembleStore,
  createTrajectoryStore,
  type EnsembleDescription,
  measureNormalisation,
  observe,
  openTrajectoryStore,
  type StoreDescription,
  stateHash,
  writeNormalisation,
} from "@eddyflow/datasets";
import { advance, type Stepper } from "@eddyflow/pde";
import { foldIn, key } from "@eddyflow/random";
import { kolmogorov2d } from "@eddyflow/systems";
import { parseFlags } from "command-line";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { commandSpec } from "./command-spec.ts";
import { openEnsemble } from "./open-ensemble.ts";
import type { Summary } from "./report/summary.ts";
import { readEvaluationRequest } from "./request.ts";
import { runEvaluation } from "./run-evaluation.ts";

const recipe = kolmogorov2d.recipe.parse({
  ...{ system: "kolmogorov-2d", numPoints: 16, modes: [[2, 1]], viscosity: 0.02, strength: 2 },
  ...{ dt: 0.1, warmUp: 2, frameInterval: 0.4, frames: 4 },
  observation: [{ kind: "average", points: 2 }],
});
const members = 24;
const grid = { shape: [8, 8], extent: [2 * Math.PI, 2 * Math.PI] };
const description: StoreDescription = {
  ...{ experiment: "kolmogorov2d", split: "test", channels: ["vorticity"], frames: 4 },
  grid: { ...grid, boundary: ["periodic", "periodic"] },
  ...{ frameInterval: 0.4, trajectories: 3, recipe: { ...recipe }, seed: 1 },
  observation: recipe.observation,
};

let folder = "";
/** Three short trajectories, and members from their second frames. */
async function makeData(split: "train" | "test"): Promise<void> {
  const { begin, branch, warmUpSteps, stepsPerFrame } = kolmogorov2d.prepare(recipe);
  const see = (state: Float64Array) =>
    observe(state, kolmogorov2d.layout(recipe), recipe.observation);
  const dir = join(folder, "data", `${split}.zarr`);
  const writer = await createTrajectoryStore(dir, { ...description, split });
  const drawn: Float32Array[][] = [];
  const conditions: EnsembleDescription["conditions"][number][] = [];
  for (let index = 0; index < 3; index++) {
    const own = foldIn(key(split === "train" ? 1 : 2), index);
    const { stepper, state } = begin(own, index);
    let now = advance(stepper, state, warmUpSteps);
    const frames = new Float32Array(4 * 64);
    for (let frame = 0, done = warmUpSteps; frame < 4; frame++, done += stepsPerFrame) {
      frames.set(see(now), 64 * frame);
      if (frame === 1) {
        conditions.push({ trajectory: index, frame, sha256: stateHash(see(now)) });
        drawn.push(
          Array.from({ length: members }, (_, member) => {
            const branched = branch?.(foldIn(key(50 + index), member)) as Stepper;
            return see(advance(branched, now, stepsPerFrame, done));
          }),
        );
      }
      now = advance(stepper, now, stepsPerFrame, done);
    }
    await writer.write(index, frames);
  }
  if (split === "train") {
    await writeNormalisation(dir, await measureNormalisation(await openTrajectoryStore(dir)));
    return;
  }
  const { experiment, channels, seed } = description;
  const ensemble = await createEnsembleStore(join(folder, "data/test-ensemble.zarr"), {
    ...{ experiment, split, recipe: description.recipe, seed, grid: description.grid, channels },
    ...{ frameStride: 1, conditions, members },
  });
  for (const [condition, each] of drawn.entries()) {
    for (const [member, values] of each.entries()) await ensemble.write(condition, member, values);
  }
}

beforeAll(async () => {
  vi.stubEnv("EDDYFLOW_BACKEND", "cpu");
  folder = await mkdtemp(join(tmpdir(), "evaluator-ensemble-"));
  vi.stubEnv("INIT_CWD", folder);
  await makeData("train");
  await makeData("test");
}, 60_000);
afterAll(() => rm(folder, { recursive: true }));

async function evaluator(data: string, ...words: readonly string[]): Promise<string> {
  const said = vi.spyOn(process.stdout, "write").mockReturnValue(true);
  const drawn = vi.spyOn(process.stderr, "write").mockReturnValue(true);
  const models = ["--models", "persistence,climatology,solver,solver:2", "--backend", "cpu"];
  const typed = ["kolmogorov2d", ...models, "--data", data, "--members", "12", ...words];
  try {
    const request = readEvaluationRequest(parseFlags(typed, commandSpec));
    await runEvaluation(request, new AbortController().signal);
    return said.mock.calls.join("");
  } finally {
    said.mockRestore();
    drawn.mockRestore();
  }
}

test("solver and baselines are compared with the reference ensemble, beside its floor", {
  tags: ["slow"],
}, async () => {
  const printed = await evaluator("data", "--mode", "ensemble", "--out", "report");
  expect(printed).toContain(
    "3 conditions, 24 members of the reference and 12 of each contestant\ncontestant",
  );
  expect(printed).toMatch(/floor +0\.\d/u);
  const read = (name: string) => readFile(join(folder, "report", name), "utf8");
  const found: Summary = JSON.parse(await read("summary.json"));
  expect(found.ensemble).toMatchObject({
    conditions: 3,
    members: 24,
    floor: { members: 12, against: 12 },
  });
  const scores = new Map(found.contestants.map(({ name, scores }) => [name, scores.ensemble]));
  const value = (name: string, score: string) =>
    scores.get(name)?.[score]?.mean.value ?? Number.NaN;
  // The solver knows the law; of the state it knows what is observed.
  for (const score of ["meanError", "energyDistance", "spectrumError", "crps"]) {
    expect(value("solver", score)).toBeLessThan(value("climatology", score));
  }
  expect(value("persistence", "deviationError")).toBe(1);
  const solver = found.contestants.find(({ name }) => name === "solver");
  expect(solver).toMatchObject({ nfePerStep: null, budget: { nfe: null } });
  expect(solver?.msPerStep).toBeGreaterThan(0);
  expect(solver?.scores.ensemble?.["crps"]?.mean.interval).not.toBeNull();
  const csv = await read("metrics.csv");
  expect(csv).toMatch(/^solver,ensemble,energy_distance,1,0\.4,/mu);
  expect(csv).toMatch(/^floor,ensemble,mean_error,1,0\.4,/mu);
  const page = await read("report.html");
  expect(page).toContain("12 members of the reference against its other 12");
  expect(page).toContain('<figure id="reference-ensemble">');
});

/** Opens the ensemble of a folder as the evaluator does. */
async function open(data: string, isAsked = true) {
  const test = await openTrajectoryStore(join(folder, data, "test.zarr"));
  const options = { test, frameStride: 1, experiment: "kolmogorov2d", isAsked };
  return openEnsemble(join(folder, data), options);
}

test("an ensemble beside the data is taken unasked, and one that is missing is pointed at", async () => {
  const read = (...words: string[]) =>
    readEvaluationRequest(parseFlags(["ks2d", "--models", "solver", ...words], commandSpec))
      .ensemble;
  expect([read(), read("--mode", "rollout"), read("--mode", "rollout,ensemble")]).toEqual([
    ...[null, false, true],
  ]);
  expect(await open("data", false)).toMatchObject({
    members: 24,
    conditions: [0, 1, 2].map((trajectory) => ({ trajectory, frame: 1 })),
  });
  await cp(join(folder, "data"), join(folder, "bare"), { recursive: true });
  await rm(join(folder, "bare/test-ensemble.zarr"), { recursive: true });
  expect(await open("bare", false)).toBeNull();
  await expect(evaluator("bare", "--mode", "ensemble")).rejects.toThrow(
    /no reference ensemble at .*draw it with npm run simulator -- kolmogorov2d --ensemble 64/u,
  );
});

/** Writes the ensemble anew beside the data, changed. */
async function changed(name: string, change: Partial<EnsembleDescription>): Promise<string> {
  await cp(join(folder, "data"), join(folder, name), { recursive: true });
  const dir = join(folder, name, "test-ensemble.zarr");
  const { attributes } = JSON.parse(await readFile(join(dir, "zarr.json"), "utf8"));
  const { format: _, version: __, sha256: ___, ...own } = attributes;
  await rm(dir, { recursive: true });
  const writer = await createEnsembleStore(dir, { ...own, members: 2, ...change });
  const size = change.grid === undefined ? 64 : 16;
  for (const [condition, missing] of writer.missing.entries()) {
    for (const member of missing) await writer.write(condition, member, new Float32Array(size));
  }
  return name;
}

test.each<[string, Partial<EnsembleDescription>, RegExp]>([
  [
    "states",
    { conditions: [{ trajectory: 0, frame: 2, sha256: "0".repeat(64) }] },
    /other initial states \(frame 2 of trajectory 0 differs\) than the test data/u,
  ],
  [
    "beyond",
    { conditions: [{ trajectory: 9, frame: 2, sha256: "0" }] },
    /of other initial states/u,
  ],
  ["recipe", { recipe: { ...recipe, viscosity: 0.03 } }, /of another simulation/u],
  ["seed", { seed: 2 }, /of another simulation/u],
  [
    "grid",
    { grid: { ...grid, shape: [4, 4], boundary: ["periodic", "periodic"] } },
    /of another grid or other channels/u,
  ],
  ["interval", { frameStride: 2 }, /another interval \(2 frames instead of 1\)/u],
])("an ensemble of other %s is refused in a line", async (name, change, message) => {
  const refused = open(await changed(name, change));
  await expect(refused).rejects.toMatchObject({ name: "DataError", message });
  await expect(refused).rejects.not.toThrow(/\n/u);
});

test("an ensemble that is damaged or not whole is refused by its file", async () => {
  await cp(join(folder, "data"), join(folder, "cut"), { recursive: true });
  await truncate(join(folder, "cut/test-ensemble.zarr/c.1.3.0.0.0"), 9);
  await expect(open("cut")).rejects.toThrow(/c\.1\.3\.0\.0\.0 has 9 of 260 bytes/u);
  await rm(join(folder, "cut/test-ensemble.zarr/c.1.3.0.0.0"));
  await expect(open("cut")).rejects.toThrow(/23 of 24 members of condition 1 are there/u);
});
