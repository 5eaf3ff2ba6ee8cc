import { Worker } from "node:worker_threads";
import {
  DataError,
  type EddyflowError,
  type ErrorDetails,
  type ErrorName,
  StorageError,
  systemError,
} from "@eddyflow/core";
import type { BatchNormalisation, BatchRow, HostBatch } from "./assemble-batch.ts";
import type { StoreDescription } from "./description.ts";
import type { ReadCounts } from "./frame-files.ts";

/** What a reading thread gets when it starts. */
export interface ReaderData extends BatchNormalisation {
  readonly dir: string;
  readonly description: StoreDescription;
}

/** A batch to read. */
export interface ReadJob {
  readonly number: number;
  readonly rows: readonly BatchRow[];
}

/** The batch of a job, with what was read from files for it; or why there is none. */
export type ReadAnswer = { readonly number: number } & (
  | { readonly batch: HostBatch; readonly read: ReadCounts; readonly error?: never }
  | { readonly error: ErrorDetails & { readonly name: ErrorName } }
);

/** A batch from another thread. */
interface ReadBatch extends HostBatch {
  readonly read: ReadCounts;
}

/** Threads that read batches. */
export interface ReadPool {
  /**
   * The batch of these rows, from the thread with the fewest batches to read.
   *
   * @throws DataError for files that are damaged, or where the thread has ended; StorageError for files that the thread
   *   could not read, and where it had no memory.
   */
  read(rows: readonly BatchRow[]): Promise<ReadBatch>;
  /** Awaits work of the pool. Only while it is awaited does the pool keep the process alive. */
  wait<T>(work: Promise<T>): Promise<T>;
  close(): Promise<void>;
}

interface Pending {
  readonly resolve: (batch: ReadBatch) => void;
  readonly reject: (error: Error) => void;
}

// The published package holds JavaScript, the repository TypeScript.
const workerUrl = import.meta.url.endsWith(".ts")
  ? new URL("./read-worker.ts", import.meta.url)
  : new URL("./read-worker.js", import.meta.url);

/** An error as another thread told it. */
const errorOf = ({
  name,
  ...details
}: ErrorDetails & { readonly name: ErrorName }): EddyflowError =>
  name === "StorageError" ? new StorageError(details) : new DataError(details);

/** Starts threads that read a trajectory store. */
export function readPool(data: ReaderData, numWorkers: number, url: URL = workerUrl): ReadPool {
  const threads = Array.from({ length: numWorkers }, () => {
    const worker = new Worker(url, { workerData: data, execArgv: [] });
    worker.unref();
    const pending = new Map<number, Pending>();
    let ended: EddyflowError | null = null;
    const end = (problem: string, cause?: unknown) => {
      ended ??=
        systemError(cause, { path: data.dir, doing: "read" }) ??
        new DataError({
          problem: `a thread that reads ${data.dir} ended: ${problem}`,
          expected: "batches from it",
          remedy: "start again, and report it if it stays",
          cause,
        });
      for (const { reject } of pending.values()) reject(ended);
      pending.clear();
    };
    worker.on("error", (error) => end((error as Error).message, error));
    worker.on("exit", (code) => end(`exit code ${code}`));
    worker.on("messageerror", (error) => end(error.message, error));
    worker.on("message", (answer: ReadAnswer) => {
      const asked = pending.get(answer.number);
      pending.delete(answer.number);
      if (answer.error !== undefined) asked?.reject(errorOf(answer.error));
      else asked?.resolve({ ...answer.batch, read: answer.read });
    });
    return {
      worker,
      pending,
      read: (job: ReadJob): Promise<ReadBatch> =>
        new Promise((resolve, reject) => {
          if (ended !== null) return reject(ended);
          pending.set(job.number, { resolve, reject });
          worker.postMessage(job);
        }),
    };
  });
  let number = 0;
  return {
    read: (rows) => {
      const [idlest] = [...threads].sort((a, b) => a.pending.size - b.pending.size);
      if (idlest === undefined) throw new Error("a pool without threads");
      return idlest.read({ number: number++, rows });
    },
    wait: async (work) => {
      for (const { worker } of threads) worker.ref();
      try {
        return await work;
      } finally {
        for (const { worker } of threads) worker.unref();
      }
    },
    close: async () => {
      await Promise.all(threads.map(({ worker }) => worker.terminate()));
    },
  };
}
