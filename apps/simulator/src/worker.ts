import { parentPort, workerData } from "node:worker_threads";
import { createTrajectoryStore, type TrajectoryWriter } from "@eddyflow/datasets";
import type { ExperimentConfig } from "@eddyflow/experiments";
import { type Split, upgradeRecipe } from "@eddyflow/systems";
import { ownValuesOf } from "command-line";
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
// Functions do not come with a message: the module that brings the system is loaded here too.
const own = await ownValuesOf(config.module?.path);
const simulate = prepareSimulation(config.data, own.systems);
// Opened once: each opening lists all trajectories that are there.
const writers = new Map<Split, Promise<TrajectoryWriter>>();
const writerOf = (split: Split): Promise<TrajectoryWriter> => {
  const open = () =>
    createTrajectoryStore(folders[split], describe(config, split, own.systems), { upgradeRecipe });
  const writer = writers.get(split) ?? open();
  writers.set(split, writer);
  return writer;
};
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
  await (await writerOf(split)).write(index, trajectory);
  report.finished();
});
