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
    // Under node --input-type=module it would take its script for a module.
    const worker = new Worker(threadSource(receive), {
      eval: true,
      workerData: data,
      execArgv: [],
    });
    worker.once("error", reject);
    worker.once("message", () => {
      worker.unref();
      resolve();
    });
  });
