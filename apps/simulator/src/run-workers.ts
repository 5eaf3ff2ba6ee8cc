import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import type { ExperimentConfig } from "@eddyflow/experiments";
import type { Split } from "@eddyflow/systems";
import type { Progress, Task, WorkerData } from "./worker.ts";

export interface RunWorkersOptions {
  readonly folders: Readonly<Record<Split, string>>;
  readonly signal: AbortSignal;
  /** The number of finished tasks, and the work done in units of one task, unfinished tasks included. */
  readonly onProgress: (progress: { readonly finished: number; readonly work: number }) => void;
}

/**
 * Makes the trajectories of all tasks on all cores. On abort, each worker stops before its next frame, and
 * its unfinished trajectory is lost.
 *
 * @returns the number of tasks finished.
 * @throws what the first failing worker threw; the others are ended.
 */
export async function runWorkers(
  config: ExperimentConfig,
  tasks: readonly Task[],
  { folders, signal, onProgress }: RunWorkersOptions,
): Promise<number> {
  const stop = new Int32Array(new SharedArrayBuffer(4));
  const abort = () => Atomics.store(stop, 0, 1);
  signal.addEventListener("abort", abort, { once: true });
  if (signal.aborted) abort();

  const queue = tasks.values();
  let finished = 0;
  const fractions = new Map<Worker, number>();
  const workers: Worker[] = [];
  const work = (): Promise<void> =>
    new Promise((resolve, reject) => {
      const workerData: WorkerData = { config, folders, stop };
      const worker = new Worker(new URL("./worker.ts", import.meta.url), { workerData });
      workers.push(worker);
      const giveNext = () => {
        const { value: task, done } = queue.next();
        if (done || signal.aborted) void worker.terminate();
        else worker.postMessage(task);
      };
      worker.on("error", reject);
      worker.on("exit", () => resolve());
      worker.on("message", ({ fraction, finished: whole }: Progress) => {
        fractions.set(worker, whole ? 0 : fraction);
        if (whole) finished++;
        const work = [...fractions.values()].reduce((sum, part) => sum + part, finished);
        onProgress({ finished, work });
        if (whole) giveNext();
      });
      giveNext();
    });

  try {
    await Promise.all(Array.from({ length: Math.min(availableParallelism(), tasks.length) }, work));
    return finished;
  } finally {
    signal.removeEventListener("abort", abort);
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
}
