import { Worker } from "node:worker_threads";
import type { StartThread } from "./own-kernels.ts";
import { threadSource } from "./thread-pool.ts";

const receive = `((run) => {
  const { parentPort, workerData } = require("node:worker_threads");
  run(workerData, () => parentPort.postMessage("ready"));
})`;

/** A thread of Node, which does not keep the process from ending. */
export const startNodeThread: StartThread = (data) =>
  new Promise((resolve, reject) => {
    const worker = new Worker(threadSource(receive), { eval: true, workerData: data });
    worker.once("error", reject);
    worker.once("message", () => {
      worker.unref();
      resolve();
    });
  });
