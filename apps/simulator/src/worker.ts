import { parentPort, workerData } from "node:worker_threads";
import { createTrajectoryStore } from "@eddyflow/datasets";
import type { ExperimentConfig } from "@eddyflow/experiments";
import { type Split, upgradeRecipe } from "@eddyflow/systems";
import { reporter } from "./progress.ts";
import { describe, prepareSimulation, trajectoryKey } from "./simulate.ts";

/** What a worker is started with. */
export interface WorkerData {
  readonly config: ExperimentConfig;
  /** Where each split's store lies. */
  readonly folders: Readonly<Record<Split, string>>;
}

/** One trajectory to make. */
export interface Task {
  readonly split: Split;
  readonly index: number;
}

const { config, folders, stop } = workerData as WorkerData & { readonly stop: Int32Array };
const simulate = prepareSimulation(config.data);
const port = parentPort;
if (port === null) throw new Error("worker.ts runs in a worker thread");

port.on("message", async ({ split, index }: Task) => {
  const report = reporter(port);
  const trajectory = simulate(trajectoryKey(config.seed, split, index), {
    index,
    isStopped: () => Atomics.load(stop, 0) === 1,
    onProgress: report.part,
  });
  if (trajectory === null) return port.close();
  const writer = await createTrajectoryStore(folders[split], describe(config, split), {
    upgradeRecipe,
  });
  await writer.write(index, trajectory);
  report.finished();
});
