import { engine, setBackend } from "@tensorflow/tfjs-core";
import type { StartedBackend } from "./backend-info.ts";

/** Makes plain JavaScript the active backend, on what its user calls `device`. */
export async function startCpu(device: string): Promise<StartedBackend> {
  const { version_cpu } = await import("@tensorflow/tfjs-backend-cpu");
  await setBackend("cpu");
  // Else it recommends another backend on the console at first use.
  (engine().backend as unknown as { firstUse: boolean }).firstUse = false;
  return { version: `TensorFlow.js ${version_cpu}, JavaScript`, device, threads: 1, refused: [] };
}
