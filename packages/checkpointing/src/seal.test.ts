import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isEddyflowError } from "@eddyflow/core";
import { afterEach, beforeEach, expect, test } from "vitest";
import { readRun } from "./read-run.ts";
import { createRunDirectory } from "./run-directory.ts";
import { sealed } from "./seal.ts";
import { readManifest } from "./source.ts";

let root = "";
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "eddyflow-seal-"));
});
afterEach(() => rm(root, { recursive: true }));

const manifest = {
  format: "eddyflow-checkpoint",
  version: 3,
  experiment: "ks2d",
  method: "flow",
  step: 4000,
  networks: {},
  sampler: { kind: "jump", times: [0, 0.5, 1] },
  conditioning: { history: 1, parameters: { channels: [], mean: [], std: [] } },
  clock: null,
  normalisation: { channels: ["u"], mean: [0.25], std: [1.5] },
  grid: { shape: [32], extent: [120], boundary: ["wall"] },
  channels: ["u"],
  teacher: null,
  files: { "weights.safetensors": { bytes: 12, sha256: "ab".repeat(32) } },
  config: { seed: 1 },
};

const bytesOf = (json: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(json));
const read = (bytes: Uint8Array) => readManifest(async () => bytes);

/** Calls `look` with each text that differs from `bytes` in one bit. */
async function eachFlip(bytes: Uint8Array, look: (flipped: Uint8Array) => Promise<void>) {
  for (let bit = 0; bit < 8 * bytes.length; bit++) {
    const flipped = bytes.slice();
    flipped[bit >> 3] = (bytes[bit >> 3] as number) ^ (1 << (bit & 7));
    await look(flipped);
  }
}

/** What `run` gives, or null where it refuses by an error of ours; any other error fails the test. */
async function orRefused<T>(run: () => Promise<T>): Promise<T | null> {
  try {
    return await run();
  } catch (error) {
    expect(isEddyflowError(error, "CheckpointError"), String(error)).toBe(true);
    return null;
  }
}

test("no flipped bit of a manifest changes what is read from it", async () => {
  const whole = await read(bytesOf(await sealed(manifest)));
  expect(whole).toEqual(manifest);
  await eachFlip(bytesOf(await sealed(manifest)), async (flipped) => {
    const found = await orRefused(() => read(flipped));
    if (found !== null) expect(found).toEqual(whole);
  });
});

test("a manifest that was edited, or has lost its hash, is refused; an old one without is read", async () => {
  const edited = { ...(await sealed(manifest)), step: 4001 };
  await expect(read(bytesOf(edited))).rejects.toThrow("is not as it was written");
  await expect(read(bytesOf(manifest))).rejects.toThrow("has lost its sha256");
  const old = { ...manifest, version: 2 };
  expect(await read(bytesOf(old))).toEqual(old);
});

test("a manifest nested too deep is refused in one line", async () => {
  const deep = `{"a":${"[".repeat(100_000)}${"]".repeat(100_000)}}`;
  await expect(read(new TextEncoder().encode(deep))).rejects.toThrow(/is no JSON \(nested deeper/u);
});

test("no flipped bit of a run's configuration changes it", async () => {
  const config = { seed: 3, models: { flow: { rate: 1e-4 } } };
  const { path } = await createRunDirectory(root, {
    ...{ experiment: "ks2d", method: "flow", name: "a", config },
  });
  const file = join(path, "config.json");
  const { sha256, ...content } = JSON.parse(await readFile(file, "utf8"));
  expect(content).toEqual(config);
  expect(sha256).toMatch(/^[0-9a-f]{64}$/u);
  await eachFlip(await readFile(file), async (flipped) => {
    await writeFile(file, flipped);
    const run = await orRefused(() => readRun(path));
    // A key that is not called sha256 any more is one that the schema does not know; no value has changed.
    if (run !== null) expect(run.config).toMatchObject(config);
  });
});

test("a configuration that somebody changed says how to keep the change; an old one without a hash is read", async () => {
  const { path } = await createRunDirectory(root, {
    ...{ experiment: "ks2d", method: "flow", name: "a", config: { seed: 3 } },
  });
  const file = join(path, "config.json");
  const text = await readFile(file, "utf8");
  await writeFile(file, text.replace("3", "4"));
  await expect(readRun(path)).rejects.toThrow(
    /config.json is not what its sha256 belongs to; .*; .* if you changed it yourself, remove its line sha256$/u,
  );
  await writeFile(file, JSON.stringify({ seed: 4 }));
  expect((await readRun(path)).config).toEqual({ seed: 4 });
});
