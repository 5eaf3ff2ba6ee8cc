import { parentPort, workerData } from "node:worker_threads";
import { isEddyflowError, systemError } from "@eddyflow/core";
import { assembleBatch } from "./assemble-batch.ts";
import {
  decodeFrame,
  openTrajectoryFiles,
  type ReadCounts,
  type TrajectoryFiles,
} from "./frame-files.ts";
import type { ReadAnswer, ReaderData, ReadJob } from "./read-pool.ts";

const { dir, description, ...normalised } = workerData as ReaderData;
const port = parentPort;
if (port === null) throw new Error("read-worker runs in a worker thread");

const counts: ReadCounts = { frames: 0, bytes: 0 };
const opened = new Map<number, Promise<TrajectoryFiles>>();

const readFrame = async (trajectory: number, frame: number) => {
  const files = opened.get(trajectory) ?? openTrajectoryFiles(dir, trajectory, description, counts);
  opened.set(trajectory, files);
  return decodeFrame(await files, frame);
};

async function answer({ number, rows }: ReadJob): Promise<void> {
  const before = { ...counts };
  try {
    const batch = await assembleBatch(readFrame, description, rows, normalised);
    const read = { frames: counts.frames - before.frames, bytes: counts.bytes - before.bytes };
    const result: ReadAnswer = { number, batch, read };
    // Handed over, not copied.
    port?.postMessage(
      result,
      [batch.previous, batch.next, ...batch.later].map(({ buffer }) => buffer),
    );
  } catch (error) {
    const known = isEddyflowError(error) ? error : systemError(error, { path: dir, doing: "read" });
    const details = known ?? {
      ...{ name: "DataError" as const, problem: `${dir} cannot be read: ${String(error)}` },
      ...{ expected: "frames that can be read", remedy: "start again, and report it if it stays" },
    };
    const { name, problem, expected, remedy } = details;
    port?.postMessage({
      number,
      error: { name, problem, expected, remedy },
    } satisfies ReadAnswer);
  }
}

// One batch after the other, so that no more than one is being made in this thread.
let last: Promise<void> = Promise.resolve();
port.on("message", (job: ReadJob) => {
  last = last.then(() => answer(job));
});
