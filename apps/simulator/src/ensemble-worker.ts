import { parentPort, workerData } from "node:worker_threads";
import { DataError } from "@eddyflow/core";
import { createEnsembleStore, type EnsembleDescription, stateHash } from "@eddyflow/datasets";
import type { ExperimentConfig } from "@eddyflow/experiments";
import type { Split } from "@eddyflow/systems";
import { ownValuesOf } from "command-line";
import { type Branching, prepareDrawing } from "./draw-members.ts";
import { reporter } from "./progress.ts";

/** What a worker is started with. */
export interface EnsembleWorkerData {
  readonly config: ExperimentConfig;
  readonly split: Split;
  /** Where the ensemble lies, and what it is. */
  readonly dir: string;
  readonly description: EnsembleDescription;
}

/** The members to draw from the states of one trajectory. */
export interface EnsembleTask {
  readonly trajectory: number;
  readonly branchings: readonly Branching[];
}

const { config, split, dir, description, stop } = workerData as EnsembleWorkerData & {
  readonly stop: Int32Array;
};
// Functions do not come with a message: the module that brings the system is loaded here too.
const own = await ownValuesOf(config.module?.path);
const draw = prepareDrawing(config, split, own.systems);
const opened = createEnsembleStore(dir, description);
const port = parentPort;
if (port === null) throw new Error("ensemble-worker.ts runs in a worker thread");

/** Refuses to draw from another state than the split's store has. */
function checkState(condition: number, state: Float32Array): void {
  const { trajectory, frame, sha256 } = description.conditions[condition] ?? {};
  if (stateHash(state) === sha256) return;
  throw new DataError({
    problem: `trajectory ${trajectory} comes out otherwise than the ${split} split has it at frame ${frame}`,
    expected:
      "the same numbers: round-off differs from one version or machine to another, and grows",
    remedy: `draw with what made the ${split} split, or make that again`,
  });
}

port.on("message", async ({ trajectory, branchings }: EnsembleTask) => {
  const report = reporter(port);
  const isStopped = () => Atomics.load(stop, 0) === 1;
  const writer = await opened;
  const drawn = draw(trajectory, branchings, {
    onCondition: checkState,
    onProgress: report.part,
    isStopped,
  });
  for (const { condition, member, values } of drawn) await writer.write(condition, member, values);
  if (isStopped()) return port.close();
  report.finished();
});
