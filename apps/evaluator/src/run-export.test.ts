import { mkdtemp, readdir, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { useBackend } from "@eddyflow/backend";
import { createRunDirectory, folderSource } from "@eddyflow/checkpointing/node";
import type { NetworkDescription } from "@eddyflow/core";
import { velocityNetwork } from "@eddyflow/models";
import { key, normalTensor } from "@eddyflow/random";
import { loadSurrogate } from "@eddyflow/surrogate";
import { dispose } from "@tensorflow/tfjs-core";
import { parseFlags } from "command-line";
import { InferenceSession, Tensor } from "onnxruntime-web";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { commandSpec } from "./command-spec.ts";
import { readExportRequest } from "./export-request.ts";
import { runExport } from "./run-export.ts";

const network: NetworkDescription = {
  kind: "velocity",
  stateChannels: 1,
  conditionChannels: 1,
  features: [4, 8],
  padding: ["periodic", "periodic"],
};
const trained = "runs/ks2d/velocity/a";
let folder: string;

beforeAll(async () => {
  await useBackend("cpu");
  folder = await mkdtemp(join(tmpdir(), "export-"));
  vi.stubEnv("INIT_CWD", folder);
  vi.spyOn(process.stdout, "write").mockReturnValue(true);
  const config = { data: join(folder, "data"), experiment: { name: "ks2d", data: { extent: 3 } } };
  const run = await createRunDirectory(join(folder, "runs"), {
    experiment: "ks2d",
    method: "velocity",
    name: "a",
    config,
  });
  const [student, average] = [1, 2].map((seed) => velocityNetwork(network).init(key(seed)));
  if (student === undefined || average === undefined) throw new Error("two were drawn");
  await run.saveCheckpoint(7, {
    sets: { student, "student.average": average },
    state: { first: student },
    manifest: {
      experiment: "ks2d",
      method: "velocity",
      networks: { student: network },
      sampler: { kind: "integrate", tableau: "midpoint", times: [0, 1] },
      conditioning: { history: 1, parameters: { channels: [], mean: [], std: [] } },
      clock: null,
      normalisation: { channels: ["u"], mean: [0], std: [1] },
      grid: { shape: [8, 8], extent: [1, 1], boundary: ["periodic", "periodic"] },
      channels: ["u"],
      teacher: { sha256: "0".repeat(64), run: join(folder, "teacher") },
      config,
    },
  });
  run.close();
  dispose([student, average] as never);
});
afterAll(async () => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true });
});

const exportHere = (...words: string[]) =>
  runExport(readExportRequest(parseFlags(["export", ...words], commandSpec)));

async function nextOf(checkpoint: string): Promise<Float32Array> {
  const surrogate = await loadSurrogate(folderSource(join(folder, checkpoint)));
  const previous = normalTensor(key(3), [1, 8, 8, 1]);
  const next = await surrogate.next(previous, key(4));
  const values = (await next.data()) as Float32Array;
  dispose([previous, next]);
  surrogate.dispose();
  return values;
}

test("an exported model computes what the run's does, and holds no state and no path", async () => {
  await exportHere(trained, "--out", "model");
  expect((await readdir(join(folder, "model"))).toSorted()).toEqual([
    "average.safetensors",
    "manifest.json",
  ]);
  expect(await nextOf("model")).toEqual(await nextOf(`${trained}/checkpoints/7`));
  const manifest = await readFile(join(folder, "model/manifest.json"), "utf8");
  expect(manifest).not.toContain(folder);
  expect(JSON.parse(manifest)).toMatchObject({
    config: { experiment: { name: "ks2d", data: { extent: 3 } } },
    teacher: { sha256: "0".repeat(64), run: "not exported" },
  });
});

test("half precision takes half the bytes of the weights, and three digits stay", async () => {
  await exportHere(trained, "--out", "half", "--precision", "half");
  const bytes = async (file: string) => (await stat(join(folder, file))).size;
  const [half, whole] = [
    await bytes("half/average.safetensors"),
    await bytes(`${trained}/checkpoints/7/average.safetensors`),
  ];
  expect(half / whole).toBeLessThan(0.6);
  expect(await nextOf("half")).toBeAllclose(await nextOf(`${trained}/checkpoints/7`), {
    rtol: 1e-2,
    atol: 1e-2,
  });
});

test("for onnxruntime the averaged weights are in a file of the whole model and in one of its network", async () => {
  await exportHere(trained, "--out", "onnx", "--format", "onnx");
  expect((await readdir(join(folder, "onnx"))).toSorted()).toEqual(["next.onnx", "student.onnx"]);
  const [previous, noise] = [
    normalTensor(key(3), [1, 8, 8, 1]),
    normalTensor(key(4), [1, 8, 8, 1]),
  ];
  const portOf = async (x: { data(): Promise<unknown> }) =>
    new Tensor("float32", (await x.data()) as Float32Array, [1, 8, 8, 1]);
  const session = await InferenceSession.create(await readFile(join(folder, "onnx/next.onnx")));
  const { next } = await session.run({
    previous: await portOf(previous),
    noise: await portOf(noise),
  });
  expect(next?.data).toBeAllclose(await nextOf(`${trained}/checkpoints/7`), {
    rtol: 1e-5,
    atol: 1e-5,
  });
  expect((await readFile(join(folder, "onnx/next.onnx"))).includes(folder)).toBe(false);
  dispose([previous, noise]);
  await session.release();
});

test("a folder that is there, and words that do not belong, are refused in a line", async () => {
  await expect(exportHere(trained, "--out", "runs")).rejects.toThrow(
    /runs is there already; expected/u,
  );
  expect(() => exportHere(trained)).toThrow("no --out is given");
  expect(() => exportHere("--out", "x")).toThrow("no checkpoint is given");
  expect(() => exportHere(trained, "--out", "x", "--steps", "3")).toThrow(
    "--steps does not belong to export",
  );
  expect((await readdir(folder)).filter((name) => name.startsWith("."))).toEqual([]);
});
