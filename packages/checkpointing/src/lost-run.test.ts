import fs from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { dispose, tensor } from "@tensorflow/tfjs-core";
import { afterEach, beforeEach, expect, test } from "vitest";
import { resolveCheckpoint } from "./resolve-checkpoint.ts";
import { createRunDirectory, openRunDirectory, type RunDirectory } from "./run-directory.ts";

const options = { experiment: "ks2d", method: "flow", name: "a", config: { seed: 3 } };

let root: string;
let run: RunDirectory;
beforeEach(async () => {
  root = await fs.mkdtemp(join(tmpdir(), "eddyflow-lost-"));
  run = await createRunDirectory(root, options);
  await save(run, 10);
});
afterEach(async () => {
  run.close();
  await fs.rm(root, { recursive: true });
});

async function save(into: RunDirectory, step: number, { state = false } = {}): Promise<void> {
  const params = { bias: tensor([step]) };
  try {
    await into.saveCheckpoint(step, {
      sets: { student: params },
      state: state ? { first: params } : null,
      manifest: {
        experiment: "ks2d",
        method: "flow",
        networks: {},
        sampler: { kind: "jump", times: [0, 1] },
        conditioning: { history: 1, parameters: { channels: [], mean: [], std: [] } },
        clock: null,
        normalisation: { channels: ["u"], mean: [0], std: [1] },
        grid: { shape: [4, 4], extent: [1, 1], boundary: ["periodic", "periodic"] },
        channels: ["u"],
        teacher: null,
        config: {},
      },
    });
  } finally {
    dispose(params);
  }
}

const at = (name: string) => join(root, "ks2d", "flow", name);

/** Opens what was rescued, as `--resume` does. */
async function stepsAt(name: string): Promise<readonly number[]> {
  const opened = await openRunDirectory(at(name));
  opened.close();
  expect(opened.config).toEqual(options.config);
  return (await opened.list()).map(({ step }) => step);
}

test.runIf(process.platform === "linux")(
  "a run that was moved while it is trained gets its checkpoint where it is now",
  async () => {
    await fs.rename(at("a"), at("b"));
    expect(await run.isThere()).toBe(false);
    await expect(save(run, 20)).rejects.toThrow(
      `the run ${at("a")} was moved to ${at("b")} while it was trained; expected a folder that stays where it is; the checkpoint of step 20 is saved there: go on with --resume --name b`,
    );
    expect(await fs.readdir(join(root, "ks2d", "flow"))).toEqual(["b"]);
    await fs.rename(at("b"), join(root, "away"));
    await expect(save(run, 30)).rejects.toThrow(
      `move it back into ${join(root, "ks2d", "flow")} and go on with --resume --name away`,
    );
    run.close();
    await fs.rename(join(root, "away"), at("b"));
    expect(await stepsAt("b")).toEqual([10, 20, 30]);
  },
);

test("a run that was removed while it is trained is there again, with its newest checkpoint", async () => {
  await fs.rm(root, { recursive: true });
  expect(await run.isThere()).toBe(false);
  const failure = save(run, 20);
  await expect(failure).rejects.toThrow(
    `was removed or emptied while it was trained; expected a folder that stays as it is; the checkpoint of step 20 is saved in ${at("a")}: go on with --resume --name a`,
  );
  await expect(failure).rejects.toMatchObject({ name: "StorageError" });
  expect(await stepsAt("a")).toEqual([20]);
});

test("a run that was emptied while it is trained is there again, hidden files or not", async () => {
  for (const name of ["config.json", "checkpoints"]) {
    await fs.rm(join(at("a"), name), { recursive: true });
  }
  await expect(save(run, 20)).rejects.toThrow("was removed or emptied");
  run.close();
  expect(await stepsAt("a")).toEqual([20]);
});

test("a run in whose place another was begun is saved beside that one", async () => {
  await fs.rm(at("a"), { recursive: true });
  const other = await createRunDirectory(root, { ...options, config: { seed: 4 } });
  await expect(save(run, 20)).rejects.toThrow("--resume --name a-rescued");
  await expect(save(run, 30)).rejects.toThrow("--resume --name a-rescued2");
  other.close();
  expect((await openRunDirectory(at("a"))).config).toEqual({ seed: 4 });
  expect(await stepsAt("a-rescued")).toEqual([20]);
  expect(await stepsAt("a-rescued2")).toEqual([30]);
});

test("a run without its folder of checkpoints alone makes it again", async () => {
  await fs.rm(join(at("a"), "checkpoints"), { recursive: true });
  await save(run, 20);
  run.close();
  expect(await stepsAt("a")).toEqual([20]);
});

test.each([
  ["its log", "metrics.jsonl", "file"],
  ["its checkpoints", "checkpoints", "folder"],
  ["a checkpoint", "checkpoints/20", "folder"],
  ["paths of a teacher", "paths", "folder"],
  ["its lock", ".lock", "file"],
] as const)(
  "a run with a link in place of %s is refused, and nothing behind it changes",
  async (_, name, kind) => {
    run.close();
    const outside = join(root, "outside");
    if (kind === "file") await fs.writeFile(outside, '{"step":1}\n{"step":9}\n');
    else {
      await fs.mkdir(join(outside, "1"), { recursive: true });
      await fs.writeFile(join(outside, "1", "mine"), "mine");
    }
    const before = await fs.readdir(root, { recursive: true });
    const path = join(at("a"), name);
    await fs.rm(path, { recursive: true, force: true });
    await fs.symlink(outside, path);
    await expect(openRunDirectory(at("a"))).rejects.toThrow(
      `${path} is a link; expected files and`,
    );
    expect(before).toEqual(expect.arrayContaining(["outside"]));
    if (kind === "file") expect(await fs.readFile(outside, "utf8")).toHaveLength(22);
    else expect(await fs.readdir(outside, { recursive: true })).toEqual(["1", "1/mine"]);
  },
);

test("a new run is not begun through links that wait in its folder", async () => {
  const outside = join(root, "outside");
  await fs.writeFile(outside, "mine");
  for (const [i, name] of [".config.json", ".lock", "config.json"].entries()) {
    const folder = at(`new${i}`);
    await fs.mkdir(folder, { recursive: true });
    await fs.symlink(outside, join(folder, name));
    await expect(createRunDirectory(root, { ...options, name: `new${i}` })).rejects.toThrow(
      `${name} is a link`,
    );
  }
  expect(await fs.readFile(outside, "utf8")).toBe("mine");
});

test("a new run is not begun among files of something else", async () => {
  await fs.mkdir(at("full/checkpoints"), { recursive: true });
  await expect(createRunDirectory(root, { ...options, name: "full" })).rejects.toThrow(
    "holds no run but is not empty (checkpoints is there)",
  );
});

test("a damaged newest checkpoint names the one before it that is whole", async () => {
  await save(run, 20);
  await save(run, 30);
  const file = (step: number, name: string) => join(at("a"), "checkpoints", String(step), name);
  expect((await run.latestWhole())?.step).toBe(30);
  await fs.truncate(file(30, "weights.safetensors"), 20);
  await fs.rm(file(20, "manifest.json"));
  await expect(run.latestWhole()).rejects.toThrow(
    /^the newest checkpoint, .*checkpoints\/30, cannot be used: .*20 bytes; expected \d+; the one of step 10 is whole: move the folder 30 out of .*checkpoints and resume again$/u,
  );
  await expect(resolveCheckpoint(at("a"))).rejects.toThrow(
    /the one of step 10 is whole: give .*checkpoints\/10$/u,
  );
  await fs.truncate(file(10, "manifest.json"), 5);
  await expect(run.latestWhole()).rejects.toThrow("no older one is whole: copy it again");
  await fs.rm(join(at("a"), "checkpoints"), { recursive: true });
  expect(await run.latestWhole()).toBeNull();
});

test("a checkpoint whose state alone is damaged can be evaluated, not trained on", async () => {
  await save(run, 20, { state: true });
  const path = join(at("a"), "checkpoints", "20");
  await fs.truncate(join(path, "state.safetensors"), 20);
  expect(await resolveCheckpoint(at("a"))).toBe(path);
  await expect(run.latestWhole()).rejects.toThrow("the one of step 10 is whole");
});
