import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import type { Progress } from "./progress.ts";

export interface RunWorkersOptions<Task> {
  /** The module that each worker runs: it gets `workerData` and the `stop` of `Stoppable`, then task after task. */
  readonly script: URL;
  readonly workerData: object;
  readonly signal: AbortSignal;
  /** The work of a task in any unit; 1 for each unless given. */
  readonly workOf?: (task: Task) => number;
  /** The number of finished tasks, and the work done, unfinished tasks included. */
  readonly onProgress: (progress: { readonly finished: number; readonly work: number }) => void;
}

/**
 * Does all tasks on all cores. On abort, each worker stops at its next opportunity, and what it has not written is lost.
 *
 * @returns the number of tasks finished.
 * @throws what the first failing worker threw; the others are ended.
 */
export async function runWorkers<Task>(
  tasks: readonly Task[],
  { script, workerData, signal, workOf = () => 1, onProgress }: RunWorkersOptions<Task>,
): Promise<number> {
  const stop = new Int32Array(new SharedArrayBuffer(4));
  const abort = () => Atomics.store(stop, 0, 1);
  signal.addEventListener("abort", abort, { once: true });
  if (signal.aborted) abort();

  const queue = tasks.values();
  let [finished, finishedWork] = [0, 0];
  const unfinished = new Map<Worker, number>();
  const workers: Worker[] = [];
  const work = (): Promise<void> =>
    new Promise((resolve, reject) => {
      const worker = new Worker(script, { workerData: { ...workerData, stop } });
      workers.push(worker);
      let own = 0;
      const giveNext = () => {
        const { value: task, done } = queue.next();
        if (done || signal.aborted) {
          void worker.terminate();
          return;
        }
        own = workOf(task);
        worker.postMessage(task);
      };
      worker.on("error", reject);
      worker.on("exit", () => resolve());
      worker.on("message", ({ fraction, finished: whole }: Progress) => {
        unfinished.set(worker, whole ? 0 : fraction * own);
        if (whole) {
          finished++;
          finishedWork += own;
        }
        const work = [...unfinished.values()].reduce((sum, part) => sum + part, finishedWork);
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
