import { spawn } from "node:child_process";
import { once } from "node:events";
import { cp, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { openEnsembleStore, openTrajectoryStore, stateHash } from "@eddyflow/datasets";
import { type Experiment, kolmogorov2d } from "@eddyflow/experiments";
import { dataRecipe } from "@eddyflow/systems";
import { parseFlags } from "command-line";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { commandSpec } from "./command-spec.ts";
import { prepareDrawing } from "./draw-members.ts";
import { runSimulator } from "./run-simulator.ts";

// Workers are slow to start on a busy machine.
vi.setConfig({ testTimeout: 120_000 });

const stirred = {
  ...kolmogorov2d,
  name: "stirred",
  seed: 3,
  data: {
    ...{ system: "kolmogorov-2d", numPoints: 16, modes: [[2, 1]], viscosity: 0.02 },
    ...{ dt: 0.1, warmUp: 1, frameInterval: 0.2, frames: 4 },
    ...{ trajectories: { train: 1, validation: 1, test: 2 } },
    observation: [{ kind: "average", points: 4 }],
  },
} satisfies Experiment;

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "eddyflow-drawing-"));
  await writeFile(join(folder, "stirred.ts"), `export default ${JSON.stringify(stirred)};`);
  vi.stubEnv("INIT_CWD", folder);
});
afterAll(() => rm(folder, { recursive: true }));

/** Runs the command here, and gives what it says. */
async function simulator(out: string, ...words: string[]): Promise<string> {
  const said = vi.spyOn(process.stdout, "write").mockReturnValue(true);
  const drawn = vi.spyOn(process.stderr, "write").mockReturnValue(true);
  try {
    const typed = parseFlags(["./stirred.ts", "--out", out, ...words], commandSpec);
    await runSimulator(typed, new AbortController().signal);
    return said.mock.calls.join("");
  } finally {
    said.mockRestore();
    drawn.mockRestore();
  }
}

async function readAll(out: string) {
  const { description, readMembers } = await openEnsembleStore(
    join(folder, out, "test-ensemble.zarr"),
  );
  return Promise.all(description.conditions.map((_, condition) => readMembers(condition)));
}

test("an ensemble is drawn from the states of the split, which is made first", async () => {
  const said = await simulator("whole", "--ensemble", "3", "--conditions", "4");
  expect(said).toContain("whole/test-ensemble.zarr: 3 next states of each of 4 initial states\n");
  expect((await readdir(join(folder, "whole"))).toSorted()).toEqual([
    "test-ensemble.zarr",
    "test.zarr",
  ]);
  const { description } = await openEnsembleStore(join(folder, "whole/test-ensemble.zarr"));
  const split = await openTrajectoryStore(join(folder, "whole/test.zarr"));
  expect(description).toMatchObject({
    ...{ experiment: "stirred", split: "test", seed: 3, members: 3, frameStride: 1 },
    recipe: split.description.recipe,
  });
  for (const { trajectory, frame, sha256 } of description.conditions) {
    expect(stateHash(await split.readFrames(trajectory, frame, 1))).toBe(sha256);
  }
  const distinct = new Set((await readAll("whole")).flat().map(String));
  expect(distinct.size).toBe(12);
  expect(await simulator("whole", "--ensemble", "3", "--conditions", "4")).not.toContain(
    "going on",
  );
});

test("parts drawn apart, and members and conditions added later, are the whole", async () => {
  await cp(join(folder, "whole/test.zarr"), join(folder, "parts/test.zarr"), { recursive: true });
  const fewer = ["--ensemble", "2", "--conditions", "3", "--shard"];
  expect(await simulator("parts", ...fewer, "2/2")).toContain(
    "parts/test-ensemble.zarr: other parts are still missing",
  );
  expect(await simulator("parts", ...fewer, "1/2")).toContain("2 next states of each of 3");
  const said = await simulator("parts", "--ensemble", "3", "--conditions", "4");
  expect(said).toContain("6 of 12 members are there, going on");
  expect(await readAll("parts")).toEqual(await readAll("whole"));
});

test("killed in the middle, the same command goes on and the members are those of one run", async () => {
  await cp(join(folder, "whole/test.zarr"), join(folder, "killed/test.zarr"), { recursive: true });
  const dir = join(folder, "killed/test-ensemble.zarr");
  const asked = ["--conditions", "2", "--ensemble", "60"];
  const words = ["./stirred.ts", "--out", "killed", ...asked];
  const child = spawn(process.execPath, [join(import.meta.dirname, "cli.ts"), ...words], {
    stdio: "ignore",
    env: { ...process.env, INIT_CWD: folder },
  });
  const isDrawn = async () =>
    (await readdir(dir).catch(() => [])).some((name) => name.startsWith("c."));
  while (!(await isDrawn())) await sleep(2);
  child.kill("SIGKILL");
  await once(child, "close");
  await expect(openEnsembleStore(dir)).rejects.toThrow(/not complete: \d+ of 60 members/u);
  expect(await simulator("killed", ...asked)).toMatch(
    /[1-9]\d* of 120 members are there, going on/u,
  );
  const members = await readAll("killed");
  const config = {
    ...stirred,
    data: dataRecipe.parse(stirred.data),
    network: { features: [] },
    models: {},
  };
  const { description } = await openEnsembleStore(dir);
  for (const [condition, { trajectory, frame }] of description.conditions.entries()) {
    const branching = { condition, frame, members: Array.from({ length: 60 }, (_, i) => i) };
    const drawn = [...prepareDrawing(config, "test")(trajectory, [branching])];
    expect(members[condition]).toEqual(drawn.map(({ values }) => values));
  }
});

test("a split of other numbers, another seed and a flag alone are refused in a line", async () => {
  await cp(join(folder, "whole"), join(folder, "other"), { recursive: true });
  const asked = ["--ensemble", "4", "--conditions", "4"];
  await rm(join(folder, "other/test.zarr"), { recursive: true });
  await expect(simulator("other", ...asked, "--seed", "4")).rejects.toThrow(
    /other\/test-ensemble\.zarr holds a reference ensemble of something else \(seed is 3, not 4\)/u,
  );
  await expect(simulator("whole", "--conditions", "4")).rejects.toThrow(/add --ensemble/u);
  // The same recipe and seed, but not what this version computes.
  await rm(join(folder, "other"), { recursive: true });
  await cp(join(folder, "whole"), join(folder, "other"), { recursive: true });
  await rm(join(folder, "other/test-ensemble.zarr"), { recursive: true });
  const trajectories = join(folder, "other/test.zarr/trajectories");
  await rm(join(trajectories, "000001"), { recursive: true });
  await cp(join(trajectories, "000000"), join(trajectories, "000001"), { recursive: true });
  await expect(simulator("other", ...asked)).rejects.toThrow(
    /trajectory 1 comes out otherwise than the test split has it at frame \d/u,
  );
});
