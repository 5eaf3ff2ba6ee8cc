import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import {
  decodeSafetensors,
  encodeSafetensors,
  readManifest,
  type Source,
} from "@eddyflow/checkpointing";
import { createRunDirectory, folderSource, readRun } from "@eddyflow/checkpointing/node";
import { parseJson } from "@eddyflow/core";
import { jsonLinesLogger } from "@eddyflow/training/node";
import { changeConfig, configureExperiment, noOwnValues } from "command-line";
import type { FuzzKind } from "./fuzz-kind.ts";

const config = { seed: 3, models: { flow: { rate: 1e-4, horizon: [1, 2] } } };
const checkpoint = "ks2d/flow/a/checkpoints/7";

async function writeRun(folder: string): Promise<void> {
  const [{ useBackend }, { tensor }] = await Promise.all([
    import("@eddyflow/backend"),
    import("@tensorflow/tfjs-core"),
  ]);
  await useBackend("cpu");
  const run = await createRunDirectory(folder, {
    ...{ experiment: "ks2d", method: "flow", name: "a", config },
  });
  const student = {
    "conv.weight": tensor([1, 2, 3, 4], [1, 1, 2, 2]),
    "conv.bias": tensor([5, 6]),
  };
  await run.saveCheckpoint(7, {
    sets: { student },
    state: null,
    manifest: {
      experiment: "ks2d",
      method: "flow",
      networks: {
        student: {
          ...{ kind: "corrector", stateChannels: 1, conditionChannels: 1, features: [4] },
          padding: ["periodic"],
        },
      },
      sampler: { kind: "jump", times: [0, 0.5, 1] },
      trainedOn: { increments: [0.25, 1], levels: [1, 0.5] },
      conditioning: { history: 1, parameters: { channels: ["Re"], mean: [100], std: [10] } },
      clock: { step: 0.5, channel: null },
      normalisation: { channels: ["u"], mean: [0.25], std: [1.5] },
      grid: { shape: [8], extent: [1], boundary: ["wall"] },
      channels: ["u"],
      teacher: { sha256: "0".repeat(64), run: "runs/ks2d/velocity/a" },
      score: { name: "loss", value: 0.125 },
      config,
    },
  });
  run.close();
}

async function readCheckpoint(source: Source): Promise<unknown> {
  const { version: _, ...manifest } = await readManifest(source);
  const weights = decodeSafetensors(await source("weights.safetensors"));
  return { manifest, weights };
}

const checkpointKind = (name: string, file: string, isSealed: boolean): FuzzKind => ({
  ...{ name, isSealed, isFlipped: true, family: "others" },
  write: async (folder) => {
    await writeRun(folder);
    const path = join(folder, checkpoint, file);
    if (!isSealed) {
      const { sha256: _, ...rest } = JSON.parse(await readFile(path, "utf8"));
      await writeFile(path, JSON.stringify({ ...rest, version: 2 }));
    }
    return path;
  },
  read: (folder) => readCheckpoint(folderSource(join(folder, checkpoint))),
});

const runConfig: FuzzKind = {
  ...{ name: "run: config.json", isSealed: true, isFlipped: true, family: "others" },
  write: async (folder) => {
    await writeRun(folder);
    return join(folder, "ks2d/flow/a/config.json");
  },
  read: async (folder) => {
    // A key that is not called sha256 any more is one that nobody asks for.
    const { seed, models } = (await readRun(join(folder, "ks2d/flow/a"))).config as typeof config;
    return { seed, models };
  },
};

const safetensors: FuzzKind = {
  ...{ name: "safetensors", isSealed: false, isFlipped: true, family: "others" },
  write: async (folder) => {
    const path = join(folder, "weights.safetensors");
    const dtype = "F32" as const;
    const arrays = {
      "conv.weight": { dtype, shape: [2, 1, 2, 2], data: Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8) },
      "conv.bias": { dtype, shape: [2], data: Float32Array.of(9, 10) },
    };
    await writeFile(path, encodeSafetensors(arrays, { step: "100" }));
    return path;
  },
  read: async (folder) =>
    decodeSafetensors(await readFile(join(folder, "weights.safetensors")), "weights.safetensors"),
};

const log: FuzzKind = {
  ...{ name: "run: metrics.jsonl", isSealed: false, isFlipped: true, family: "others" },
  write: async (folder) => {
    const path = join(folder, "metrics.jsonl");
    const logger = jsonLinesLogger(path);
    for (let step = 1; step <= 6; step++) logger.log(step, { loss: 1 / step });
    await logger.close();
    return path;
  },
  read: async (folder) => {
    const path = join(folder, "metrics.jsonl");
    await jsonLinesLogger(path, { from: 4 }).close();
    return await readFile(path);
  },
};

/** The configuration of a run of one method, as it is stored. */
async function ownConfig() {
  const { config } = await configureExperiment("ks2d", { size: "small", overrides: [] });
  const { models, ...rest } = config;
  return { ...rest, models: { flow: models.flow } };
}

type StoredConfig = Parameters<typeof changeConfig>[0];
const experimentFile = "experiment.json";

const readConfig = async (folder: string): Promise<StoredConfig> =>
  parseJson(await readFile(join(folder, experimentFile), "utf8")) as StoredConfig;

const experiment: FuzzKind = {
  ...{ name: "configuration of an experiment", isSealed: false, isFlipped: false },
  family: "others",
  write: async (folder) => {
    await writeFile(join(folder, experimentFile), JSON.stringify(await ownConfig()));
    return join(folder, experimentFile);
  },
  read: async (folder) => {
    // What is no JSON is for the reader of the file to say, such as that of config.json.
    const config = await readConfig(folder).catch(() => null);
    return config === null ? null : changeConfig(config, [], noOwnValues);
  },
};

const overrides: FuzzKind = {
  ...{ name: "key.path=value texts", isSealed: false, isFlipped: true, family: "others" },
  write: async (folder) => {
    await writeFile(join(folder, experimentFile), JSON.stringify(await ownConfig()));
    const path = join(folder, "overrides.txt");
    await writeFile(path, "data.dt=0.1\nseed=3\nmodels.flow.clipNorm=2");
    return path;
  },
  read: async (folder) => {
    const texts = (await readFile(join(folder, "overrides.txt"), "utf8")).split("\n");
    return changeConfig(await readConfig(folder), texts, noOwnValues);
  },
};

const machine = { processor: "any", cores: 2, tensorflow: "2.9.1", tensorflowGpu: null };

const measurement: FuzzKind = {
  ...{ name: "measurement of backends", isSealed: false, isFlipped: true, family: "others" },
  write: async (folder) => {
    const path = join(folder, "backends.json");
    await writeFile(path, JSON.stringify({ machine, gflops: { tensorflow: 50, wasm: 80 } }));
    return path;
  },
  read: async (folder) => {
    const { autoOrder } = await import("@eddyflow/backend");
    return autoOrder(join(folder, "backends.json"), machine).names;
  },
};

/** Checkpoints and what else lies in a run directory, and the configurations that a person writes. */
export const runKinds: readonly FuzzKind[] = [
  checkpointKind("checkpoint: manifest.json", "manifest.json", true),
  checkpointKind("checkpoint: weights", "weights.safetensors", true),
  runConfig,
  checkpointKind("older checkpoint: manifest.json", "manifest.json", false),
  safetensors,
  log,
  experiment,
  overrides,
  measurement,
];
