import { cpus } from "node:os";
import { engine, setBackend } from "@tensorflow/tfjs-core";
import type { StartedBackend } from "./backend-info.ts";

/** Makes plain JavaScript the active backend. */
export async function startCpu(): Promise<StartedBackend> {
  const { version_cpu } = await import("@tensorflow/tfjs-backend-cpu");
  await setBackend("cpu");
  // Else it recommends another backend on the console at first use.
  (engine().backend as unknown as { firstUse: boolean }).firstUse = false;
  return {
    version: `TensorFlow.js ${version_cpu}, JavaScript`,
    device: `${(cpus()[0]?.model ?? "CPU").trim()}`,
    threads: 1,
    refused: [],
  };
}
