import { appendFileSync, readFileSync } from "node:fs";
import type { MemorySample } from "./memory-sample.ts";

// Loaded with --import into the process that is measured, which --expose-gc lets collect its garbage: what is alive
// then does not depend on when V8 would have collected.

const mebibyte = 2 ** 20;
const intervalMilliseconds = 1000;

/** MiB of the process that no file holds: pages of its program come and go as the machine has memory to spare. */
function anonymous(): number {
  try {
    const status = readFileSync("/proc/self/status", "utf8");
    const field = (name: string) => Number(new RegExp(`${name}:\\s+(\\d+)`, "u").exec(status)?.[1]);
    return (field("RssAnon") + field("VmSwap")) / 1024;
  } catch {
    return process.memoryUsage.rss() / mebibyte;
  }
}

const file = process.env["EDDYFLOW_REPORT_MEMORY"];
if (file !== undefined) {
  const { engine } = await import("@tensorflow/tfjs-core");
  const report = () => {
    (globalThis as { gc?: () => void }).gc?.();
    const { heapUsed, external } = process.memoryUsage();
    const sample: MemorySample = {
      heap: heapUsed / mebibyte,
      buffers: external / mebibyte,
      // memory() throws until there is a backend.
      tensors: engine().state.numBytes / mebibyte,
      process: anonymous(),
    };
    appendFileSync(file, `${JSON.stringify(sample)}\n`);
  };
  setInterval(report, intervalMilliseconds).unref();
}
