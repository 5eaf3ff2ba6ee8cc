import { cpus } from "node:os";
import { engine, setBackend } from "@tensorflow/tfjs-core";
import type { StartedBackend } from "./backend-info.ts";

/** Makes plain JavaScript the active backend. */
export async function startCpu(): Promise<StartedBackend> {
  await import("@tensorflow/tfjs-backend-cpu");
  await setBackend("cpu");
  // Else it recommends another backend on the console at first use.
  (engine().backend as unknown as { firstUse: boolean }).firstUse = false;
  return {
    device: `JavaScript on ${(cpus()[0]?.model ?? "CPU").trim()}`,
    threads: 1,
    refused: [],
  };
}
