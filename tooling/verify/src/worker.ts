// A thread that answers the number of a check with its outcome.
import { parentPort, workerData } from "node:worker_threads";
import { runCheck } from "./check.ts";
import { type Selection, selectChecks } from "./checks.ts";

const checks = selectChecks(workerData as Selection);
parentPort?.on("message", (index: number) => {
  const check = checks[index];
  if (check !== undefined) parentPort?.postMessage(runCheck(check));
});
