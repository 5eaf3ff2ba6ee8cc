import { isEddyflowError } from "@eddyflow/core";
import { expect, test } from "vitest";
import { type ReaderData, readPool } from "./read-pool.ts";

const data: ReaderData = {
  dir: "/data/train.zarr",
  description: {
    experiment: "none",
    split: "train",
    channels: ["u"],
    grid: { shape: [2], extent: [1], boundary: ["periodic"] },
    frameInterval: 1,
    frames: 2,
    trajectories: 1,
    recipe: {},
    seed: 0,
    observation: { pointStride: 1 },
  },
  normalisation: null,
  parameters: null,
};
const rows = [
  { trajectory: 0, frames: [0, 1], motion: { axes: [0], flipped: [false], shift: [0] } },
];
const script = (text: string) => new URL(`data:text/javascript,${encodeURIComponent(text)}`);

test.each([
  ["exits", "process.exit(3)", "exit code 3"],
  ["throws", "throw new Error('no such codec')", "no such codec"],
  [
    "dies over a batch",
    "import { parentPort } from 'node:worker_threads'; parentPort.on('message', () => process.exit(5))",
    "exit code 5",
  ],
])("a thread that %s is an error of every batch asked of it, not a hang", async (_, text, part) => {
  const pool = readPool(data, 1, script(text));
  for (const batch of [pool.read(rows), pool.read(rows)]) {
    const error = await pool.wait(batch).catch((reason: unknown) => reason);
    expect(isEddyflowError(error, "DataError"), String(error)).toBe(true);
    expect((error as Error).message).toContain(`reads /data/train.zarr ended: ${part}`);
  }
  await expect(pool.wait(pool.read(rows))).rejects.toThrow(part);
  await pool.close();
});

test("what a thread could not read, and a thread without memory, are told as such", async () => {
  const error = {
    ...{ name: "StorageError", problem: "/data/c.0 cannot be read: too many open files" },
    ...{ expected: "a higher limit", remedy: "raise it with ulimit -n" },
  };
  const failing = `import { parentPort } from 'node:worker_threads';
    parentPort.on('message', ({ number }) =>
      parentPort.postMessage({ number, error: ${JSON.stringify(error)} }));`;
  const starving = `throw Object.assign(new Error("heap"), { code: "ERR_WORKER_OUT_OF_MEMORY" });`;
  for (const [text, problem] of [
    [failing, error.problem],
    [starving, "/data/train.zarr cannot be read: no memory is left"],
  ] as const) {
    const pool = readPool(data, 1, script(text));
    const found = await pool.wait(pool.read(rows)).catch((reason: unknown) => reason);
    expect(isEddyflowError(found, "StorageError"), String(found)).toBe(true);
    expect((found as Error).message).toContain(problem);
    await pool.close();
  }
});

test("a closed pool gives no batches", async () => {
  const forever =
    "import { parentPort } from 'node:worker_threads'; parentPort.on('message', () => {})";
  const pool = readPool(data, 2, script(forever));
  const pending = pool.read(rows);
  pending.catch(() => undefined);
  await pool.close();
  await expect(pending).rejects.toThrow("ended");
  await expect(pool.read(rows)).rejects.toThrow("ended");
});
