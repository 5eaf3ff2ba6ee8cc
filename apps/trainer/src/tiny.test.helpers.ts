import { spawn } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { useBackend } from "@eddyflow/backend";
import type { Boundary } from "@eddyflow/core";
import { createTrajectoryStore } from "@eddyflow/datasets";
import { oneProcess } from "@eddyflow/parallel";
import { memory } from "@tensorflow/tfjs-core";
import { expect, vi } from "vitest";
import { main } from "./main.ts";

const cli = fileURLToPath(new URL("./cli.ts", import.meta.url));

/** The least experiment that has all parts. */
const training = {
  iterations: 6,
  batchSize: 2,
  learningRate: { max: 1e-2, min: 1e-4 },
  norm: { kind: "l2" },
  clipNorm: 1,
  averageDecay: 0.9,
  validateEvery: 3,
  validationPairs: 2,
  checkpointEvery: 3,
};
export const experiment = {
  name: "tiny",
  seed: 1,
  data: {
    system: "kuramoto-sivashinsky-2d",
    operator: "biharmonic",
    extent: 20,
    numPoints: 8,
    dt: 0.5,
    frameInterval: 1,
    warmUp: 5,
    frames: 6,
    trajectories: { train: 2, validation: 1, test: 1 },
    observation: { pointStride: 1 },
  },
  network: { features: [4, 6], padding: ["periodic", "periodic"] },
  models: {
    velocity: { ...training, sampler: { tableau: "midpoint", steps: 2 } },
    flow: {
      ...training,
      sampler: { steps: 1 },
      increments: { kind: "dyadic", levels: 2 },
    },
    velocity_pd: { ...training, steps: 2, substeps: 1, tableau: "midpoint" },
    adversarial: { ...training, pathSteps: 2 },
  },
};

/** In what data differ from those of the experiment. */
export interface StoreChanges {
  readonly trajectories?: number;
  readonly extent?: number;
  readonly boundary?: Boundary;
  readonly frameInterval?: number;
  readonly channel?: string;
  /** What every value is multiplied by. */
  readonly factor?: number;
}

/** A travelling wave in place of a simulation. */
export async function writeStore(
  folder: string,
  split: "train" | "validation",
  changes: StoreChanges = {},
): Promise<void> {
  const { frames, numPoints, trajectories: counts } = experiment.data;
  const { extent, boundary, frameInterval, trajectories, channel, factor } = {
    ...{ extent: experiment.data.extent, boundary: "periodic" as const, channel: "u", factor: 1 },
    ...{ frameInterval: experiment.data.frameInterval, trajectories: counts[split] },
    ...changes,
  };
  const writer = await createTrajectoryStore(join(folder, `${split}.zarr`), {
    experiment: "tiny",
    split,
    channels: [channel],
    grid: {
      shape: [numPoints, numPoints],
      extent: [extent, extent],
      boundary: [boundary, boundary],
    },
    frameInterval,
    frames,
    trajectories,
    recipe: null,
    seed: 0,
    observation: { pointStride: 1 },
  });
  for (let index = 0; index < trajectories; index++) {
    const values = Float32Array.from({ length: frames * numPoints ** 2 }, (_, i) => {
      const [time, y, x] = [
        Math.floor(i / numPoints ** 2),
        Math.floor(i / numPoints) % numPoints,
        i % numPoints,
      ];
      const phase = (2 * Math.PI * (x + 2 * y + time)) / numPoints;
      return factor * (2 * Math.sin(phase + index) + Math.cos(3 * phase));
    });
    await writer.write(index, values);
  }
}

/** Is told what the trainer says, and may interrupt it. */
export type OnText = (text: string, interrupt: (signal?: NodeJS.Signals) => void) => void;

/** Runs the trainer in a folder, in this process, and gives what it says. */
export async function runTrainer(
  folder: string,
  words: readonly string[],
  onText: OnText = () => {},
): Promise<string> {
  const controller = new AbortController();
  let out = "";
  const listen = (text: string | Uint8Array): boolean => {
    out += text;
    onText(String(text), () => controller.abort());
    return true;
  };
  await useBackend("cpu");
  const tensors = memory().numTensors;
  vi.stubEnv("INIT_CWD", folder);
  const spies = [process.stdout, process.stderr].map((stream) =>
    vi.spyOn(stream, "write").mockImplementation(listen),
  );
  try {
    await main({
      argv: [...words, "--backend", "cpu"],
      signal: controller.signal,
      endAt: () => {},
      join: async () => oneProcess(),
    });
  } finally {
    for (const spy of spies) spy.mockRestore();
    vi.unstubAllEnvs();
  }
  expect(memory().numTensors).toBe(tensors);
  return out;
}

/** The same in a process of its own, as a person does it. */
export function spawnTrainer(
  folder: string,
  words: readonly string[],
  onText: OnText = () => {},
): Promise<{ readonly code: number | null; readonly out: string; readonly err: string }> {
  const backend = words.includes("--backend") ? [] : ["--backend", "cpu"];
  const child = spawn(process.execPath, [cli, ...words, ...backend], {
    env: { ...process.env, INIT_CWD: folder },
  });
  let [out, err] = ["", ""];
  const interrupt = (signal: NodeJS.Signals = "SIGINT") => child.kill(signal);
  child.stdout.on("data", (data) => {
    out += data;
    onText(String(data), interrupt);
  });
  child.stderr.on("data", (data) => {
    err += data;
    onText(String(data), interrupt);
  });
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => resolve({ code, out, err }));
  });
}
