import { appendFileSync } from "node:fs";
import { anonymousMemory } from "./anonymous-memory.ts";
import type { MemorySample } from "./memory-sample.ts";

// Loaded with --import into the process that is measured, which --expose-gc lets collect its garbage: what is alive
// then does not depend on when V8 would have collected.

const mebibyte = 2 ** 20;
const intervalMilliseconds = 1000;

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
      process: anonymousMemory("self") ?? process.memoryUsage.rss() / mebibyte,
    };
    appendFileSync(file, `${JSON.stringify(sample)}\n`);
  };
  setInterval(report, intervalMilliseconds).unref();
}
