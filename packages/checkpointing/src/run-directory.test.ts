import fs from "node:fs/promises";
import { syncBuiltinESMExports } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Params } from "@eddyflow/core";
import { dispose, memory, tensor } from "@tensorflow/tfjs-core";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { folderSource } from "./folder-source.ts";
import { listRuns } from "./list-runs.ts";
import { loadParams, loadState } from "./load-params.ts";
import { resolveCheckpoint } from "./resolve-checkpoint.ts";
import { createRunDirectory, openRunDirectory } from "./run-directory.ts";
import type { CheckpointContents } from "./save-checkpoint.ts";
import { readManifest } from "./source.ts";

/** Fails a call of the file system for a path as a full or read-only disk would: once, or always. */
function failAt(call: "open" | "link" | "rename", ending: string, code: string, times = 1): void {
  const actual = fs[call] as (...args: readonly string[]) => Promise<unknown>;
  let left = times;
  vi.spyOn(fs, call).mockImplementation((async (...args: string[]) => {
    const path = (call === "open" ? args[0] : args[1]) as string;
    if (!path.endsWith(ending) || left === 0) return await actual(...args);
    left--;
    throw Object.assign(new Error(code), { code });
  }) as never);
  // The named imports of the code under test follow the default export only when told to.
  syncBuiltinESMExports();
}

let root: string;
let tensors: number;
beforeEach(async () => {
  root = await fs.mkdtemp(join(tmpdir(), "eddyflow-"));
  tensors = memory().numTensors;
});
afterEach(async () => {
  vi.restoreAllMocks();
  syncBuiltinESMExports();
  await fs.rm(root, { recursive: true });
  expect(memory().numTensors).toBe(tensors);
});

const options = { experiment: "ks2d", method: "flow", name: "a", config: { seed: 3 } };

const paramsOf = (value: number): Params => ({
  "conv.weight": tensor([value, 1, 2, 3, 4, 5], [1, 1, 2, 3]),
  "conv.bias": tensor([value]),
});

function contents(value: number): CheckpointContents {
  return {
    sets: {
      student: paramsOf(value),
      "student.average": paramsOf(value / 2),
      velocity: paramsOf(0),
    },
    state: { first: paramsOf(value + 1), second: paramsOf(value + 2) },
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
  };
}

/** Makes a run with checkpoints whose bias is their step. */
async function runWith(...steps: number[]) {
  const run = await createRunDirectory(root, options);
  for (const step of steps) await saveAt(run, step);
  return run;
}

async function saveAt(
  run: Awaited<ReturnType<typeof runWith>>,
  step: number,
  keepLast?: number,
  score?: number,
) {
  const { manifest, ...rest } = contents(step);
  const scored = score === undefined ? {} : { score: { name: "loss", value: score } };
  const checkpoint = { ...rest, manifest: { ...manifest, ...scored } };
  try {
    await run.saveCheckpoint(step, checkpoint, keepLast === undefined ? {} : { keepLast });
  } finally {
    dispose([checkpoint.sets, checkpoint.state] as never);
  }
}

async function biasOf(path: string, set = "student"): Promise<number | undefined> {
  const shapes = { "conv.weight": [1, 1, 2, 3], "conv.bias": [1] };
  const params = await loadParams(folderSource(path), set, shapes);
  const bias = await params["conv.bias"]?.data();
  dispose(params);
  return bias?.[0];
}

const stepsOf = async (run: Awaited<ReturnType<typeof runWith>>) =>
  (await run.list()).map(({ step }) => step);

test("a run is where its experiment, model and name say, with its configuration", async () => {
  const created = await createRunDirectory(root, options);
  const { path } = created;
  created.close();
  expect(path).toBe(join(root, "ks2d", "flow", "a"));
  const run = await openRunDirectory(path);
  expect(run.config).toEqual({ seed: 3 });
  expect(await run.latest()).toBeNull();
  run.close();
  await expect(createRunDirectory(root, options)).rejects.toThrow(/exists already/);
  await expect(openRunDirectory(root)).rejects.toThrow(/there is no run at/);
});

test("names cannot lead out of the folder", async () => {
  for (const name of ["..", "../b", "/tmp/b", "a/b", ".a", ""]) {
    await expect(createRunDirectory(root, { ...options, name })).rejects.toThrow(
      /cannot be the name/,
    );
    await expect(createRunDirectory(root, { ...options, method: name })).rejects.toThrow(/method/);
  }
  const run = await runWith();
  await expect(saveAt(run, -1)).rejects.toThrow(/step cannot be "-1"/);
  const outside = contents(1);
  const sets = { "../student": outside.sets["student"] as Params };
  await expect(run.saveCheckpoint(1, { ...outside, sets })).rejects.toThrow(/"..\/student"/);
  dispose([outside.sets, outside.state] as never);
  expect(await fs.readdir(root)).toEqual(["ks2d"]);
});

test("a checkpoint holds sets, optimizer state and manifest; the newest is found by looking", async () => {
  const run = await runWith(9, 10);
  expect(await stepsOf(run)).toEqual([9, 10]);
  const path = (await run.latest())?.path as string;
  expect(path).toBe(join(run.path, "checkpoints", "10"));
  expect(await resolveCheckpoint(run.path)).toBe(path);
  expect(await resolveCheckpoint(path)).toBe(path);
  await expect(resolveCheckpoint(root)).rejects.toThrow(
    /expected a checkpoint, or a run that has one/,
  );
  expect(await biasOf(path)).toBe(10);
  expect(await biasOf(path, "student.average")).toBe(5);
  const source = folderSource(path);
  const { step, files } = await readManifest(source);
  expect(step).toBe(10);
  expect(Object.keys(files).sort()).toEqual([
    "average.safetensors",
    "state.safetensors",
    "velocity.safetensors",
    "weights.safetensors",
  ]);
  const shapes = { "conv.weight": [1, 1, 2, 3], "conv.bias": [1] };
  const state = await loadState(source, { first: shapes, second: shapes });
  expect(await state.first["conv.bias"]?.data()).toEqual(Float32Array.of(11));
  expect(await state.second["conv.weight"]?.data()).toEqual(Float32Array.of(12, 1, 2, 3, 4, 5));
  dispose([state.first, state.second] as never);
});

test("a frozen network is one file on the disk, linked into each checkpoint, or copied", async () => {
  const run = await runWith(1, 2);
  const inode = async (step: number, file: string) =>
    (await fs.stat(join(run.path, "checkpoints", String(step), file))).ino;
  expect(await inode(2, "velocity.safetensors")).toBe(await inode(1, "velocity.safetensors"));
  expect(await inode(2, "weights.safetensors")).not.toBe(await inode(1, "weights.safetensors"));
  failAt("link", "", "EPERM", Number.POSITIVE_INFINITY);
  await saveAt(run, 3);
  expect(await inode(3, "velocity.safetensors")).not.toBe(await inode(1, "velocity.safetensors"));
  expect(await biasOf(join(run.path, "checkpoints", "3"), "velocity")).toBe(0);
});

test("the checkpoint with the lowest score is found by looking, and kept beside the newest", async () => {
  const run = await runWith(1);
  expect(await run.best()).toBeNull();
  for (const [step, score] of [0.5, 0.2, 0.3, 0.4].entries()) await saveAt(run, step + 2, 2, score);
  expect((await run.best())?.step).toBe(3);
  expect(await stepsOf(run)).toEqual([3, 4, 5]);
  await saveAt(run, 6, 2);
  expect(await stepsOf(run)).toEqual([3, 5, 6]);
  await expect(saveAt(run, 7, 2, Number.NaN)).rejects.toThrow(/score.value .* is null/);
  await saveAt(run, 7, 2, 0.1);
  expect(await stepsOf(run)).toEqual([6, 7]);
});

test("only the newest are kept where that is asked", async () => {
  const run = await runWith(1, 2, 3);
  await saveAt(run, 4, 2);
  expect(await fs.readdir(join(run.path, "checkpoints"))).toEqual(["3", "4"]);
  expect(await biasOf(join(run.path, "checkpoints", "4"), "velocity")).toBe(0);
});

test("a step and what came after it are deleted, unless nothing would be left", async () => {
  const run = await runWith(1, 2, 3);
  await run.removeFrom(2);
  expect(await stepsOf(run)).toEqual([1]);
  await run.removeFrom(1);
  expect(await fs.readdir(join(run.path, "checkpoints"))).toEqual(["1"]);
});

test.each([
  ["ENOSPC", "open", 30, "average.safetensors", /cannot be written: the disk is full; .*free some/],
  ["ENOSPC", "open", 20, "manifest.json", /the disk is full/],
  ["EROFS", "open", 30, "weights.safetensors", /the file system is read-only/],
  ["EIO", "rename", 20, "checkpoints/20", /the disk cannot be read or written/],
] as const)(
  "%s at %s for step %i leaves the checkpoints as they were",
  async (code, call, step, file, message) => {
    const run = await runWith(10, 20);
    failAt(call, file, code);
    const failure = saveAt(run, step);
    await expect(failure).rejects.toThrow(message);
    await expect(failure).rejects.toMatchObject({ name: "StorageError" });
    expect(await fs.readdir(join(run.path, "checkpoints"))).toEqual(["10", "20"]);
    expect(await biasOf(join(run.path, "checkpoints", "20"))).toBe(20);
  },
);

test("a path that is a file is a StorageError", async () => {
  await fs.writeFile(join(root, "ks2d"), "");
  await expect(createRunDirectory(root, options)).rejects.toMatchObject({ name: "StorageError" });
});

test("what an interrupted writer left is not a checkpoint, and goes with the next one", async () => {
  const run = await runWith(1);
  const folder = join(run.path, "checkpoints");
  await fs.cp(join(folder, "1"), join(folder, ".writing-2"), { recursive: true });
  expect((await run.latest())?.step).toBe(1);
  await saveAt(run, 3);
  expect(await fs.readdir(folder)).toEqual(["1", "3"]);
});

test("a checkpoint is replaced by one of the same step, and survives an interruption in between", async () => {
  const run = await runWith(1);
  const folder = join(run.path, "checkpoints");
  const again = contents(5);
  await run.saveCheckpoint(1, again);
  dispose([again.sets, again.state] as never);
  expect(await fs.readdir(folder)).toEqual(["1"]);
  expect(await biasOf(join(folder, "1"))).toBe(5);
  await fs.rename(join(folder, "1"), join(folder, ".replaced-1"));
  run.close();
  expect((await (await openRunDirectory(run.path)).latest())?.step).toBe(1);
});

test("a damaged, cut short or incomplete checkpoint is refused", async () => {
  const run = await runWith(1, 2, 3);
  const file = (step: number, name: string) => join(run.path, "checkpoints", String(step), name);
  const bytes = await fs.readFile(file(1, "weights.safetensors"));
  bytes[bytes.length - 1] = (bytes.at(-1) as number) ^ 1;
  await fs.writeFile(file(1, "weights.safetensors"), bytes);
  await expect(biasOf(file(1, ""))).rejects.toThrow(/SHA-256 .* is damaged or cut short/);
  await fs.truncate(file(1, "average.safetensors"), 40);
  await expect(biasOf(file(1, ""), "student.average")).rejects.toThrow(/has 40 bytes; expected/);
  await fs.rm(file(2, "weights.safetensors"));
  await expect(biasOf(file(2, ""))).rejects.toThrow(/weights.safetensors is missing/);
  await expect(biasOf(file(2, ""), "teacher")).rejects.toThrow(/has no file "teacher.safetensors"/);
  await fs.truncate(file(3, "manifest.json"), 40);
  await expect(biasOf(file(3, ""))).rejects.toThrow(/manifest.json of the checkpoint is no JSON/);
  await fs.rm(file(3, "manifest.json"));
  await expect(biasOf(file(3, ""))).rejects.toMatchObject({ name: "CheckpointError" });
});

test.each([
  ["EMFILE", "too many open files; expected a higher limit; raise it with ulimit -n"],
  ["EACCES", "permission denied; expected a path that this user may use"],
])(
  "a file of a checkpoint or run that %s keeps from being read is not called damaged",
  async (code, message) => {
    const run = await runWith(1);
    const actual = fs.readFile;
    vi.spyOn(fs, "readFile").mockImplementation((async (path: string, options: never) => {
      if (!/weights|config/u.test(path)) return await actual(path, options);
      throw Object.assign(new Error(code), { code });
    }) as never);
    syncBuiltinESMExports();
    for (const read of [
      () => biasOf(join(run.path, "checkpoints", "1")),
      () => openRunDirectory(run.path),
    ]) {
      const failure = read();
      await expect(failure).rejects.toThrow(`cannot be read: ${message}`);
      await expect(failure).rejects.toMatchObject({ name: "StorageError" });
    }
  },
);

test("runs are listed in the order they were begun, as their configurations say", async () => {
  expect(await listRuns(root, options)).toEqual([]);
  const begun = [
    ["b", "2026-11-23T10:00:00.000Z"],
    ["c", "2026-11-23T12:00:00.001Z"],
    ["a", "2026-11-23T12:00:00.002+02:00"],
    ["silent", undefined],
  ] as const;
  for (const [i, [name, created]] of begun.entries()) {
    const run = await createRunDirectory(root, { ...options, name, config: { created } });
    run.close();
    await fs.utimes(join(run.path, "config.json"), -i, -i);
  }
  const names = async () => (await listRuns(root, options)).map((path) => path.split("/").at(-1));
  expect(await names()).toEqual(["silent", "b", "a", "c"]);
  // Nobody knows when it was begun: what goes on with it says that it is damaged.
  await fs.truncate(join(root, "ks2d", "flow", "b", "config.json"), 9);
  expect(await names()).toEqual(["silent", "a", "c", "b"]);
});
