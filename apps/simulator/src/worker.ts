import { parentPort, workerData } from "node:worker_threads";
import { createTrajectoryStore } from "@eddyflow/datasets";
import type { ExperimentConfig } from "@eddyflow/experiments";
import { type Split, upgradeRecipe } from "@eddyflow/systems";
import { describe, prepareSimulation, trajectoryKey } from "./simulate.ts";

/** What a worker is started with. */
export interface WorkerData {
  readonly config: ExperimentConfig;
  /** Where each split's store lies. */
  readonly folders: Readonly<Record<Split, string>>;
  /** Becomes 1 when the workers should stop. */
  readonly stop: Int32Array;
}

/** One trajectory to make. */
export interface Task {
  readonly split: Split;
  readonly index: number;
}

/** The part of its task that a worker has done; 1 when the trajectory is written. */
export interface Progress {
  readonly fraction: number;
  readonly finished: boolean;
}

const { config, folders, stop } = workerData as WorkerData;
const simulate = prepareSimulation(config.data);
const port = parentPort;
if (port === null) throw new Error("worker.ts runs in a worker thread");

const report = (progress: Progress) => port.postMessage(progress);

port.on("message", async ({ split, index }: Task) => {
  let lastReport = 0;
  const trajectory = simulate(trajectoryKey(config.seed, split, index), {
    index,
    isStopped: () => Atomics.load(stop, 0) === 1,
    onProgress: (fraction) => {
      const now = performance.now();
      if (now - lastReport < 100) return;
      lastReport = now;
      report({ fraction, finished: false });
    },
  });
  if (trajectory === null) return port.close();
  const writer = await createTrajectoryStore(folders[split], describe(config, split), {
    upgradeRecipe,
  });
  await writer.write(index, trajectory);
  report({ fraction: 1, finished: true });
});
