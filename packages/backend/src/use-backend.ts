import "@tensorflow/tfjs";
import { getBackend, ready, setBackend } from "@tensorflow/tfjs-core";

/** The engines that a computation can run on. */
export type BackendName = "tensorflow" | "wasm" | "cpu";

/** Makes `wanted` the backend of this process. */
export async function useBackend(wanted: BackendName | "auto"): Promise<{ name: string }> {
  await setBackend(wanted === "auto" ? "cpu" : wanted);
  await ready();
  return { name: getBackend() };
}
