import { BackendError, isEddyflowError } from "@eddyflow/core";
import type { BackendInfo, BackendName, Refusal, StartedBackend } from "./backend-info.ts";
import { startCpu } from "./start-cpu.ts";
import { startOnce } from "./start-once.ts";
import { startWebgpu } from "./webgpu/start-webgpu.ts";

export { type BackendInfo, type BackendName, backendNames, type Refusal } from "./backend-info.ts";

const remedyWithoutAdapter =
  "use a browser with WebGPU, let it use the graphics card, and serve the page by https";

async function ownGpu(): Promise<GPU> {
  const { gpu } = globalThis.navigator;
  if (gpu !== undefined) return gpu;
  throw new BackendError({
    problem: "this page has no WebGPU",
    expected: "navigator.gpu",
    remedy: remedyWithoutAdapter,
  });
}

/** What a page can run on, fastest first. */
const start: Readonly<Partial<Record<BackendName, (isNamed: boolean) => Promise<StartedBackend>>>> =
  {
    webgpu: (isNamed) => startWebgpu({ start: ownGpu, remedyWithoutAdapter }, isNamed),
    wasm: async () => (await import("./wasm/start-wasm-in-page.ts")).startWasmInPage(),
    cpu: () => startCpu("JavaScript in a browser"),
  };

async function startBackend(name: BackendName, isNamed: boolean): Promise<StartedBackend> {
  const starting = start[name];
  if (starting === undefined) {
    throw new BackendError({
      problem: `no backend "${name}" in a browser`,
      expected: `auto, ${Object.keys(start).join(", ")}`,
      remedy: "choose one of these",
    });
  }
  return startOnce(
    name,
    () => import("@tensorflow/tfjs-core/dist/register_all_gradients.js"),
    () => starting(isNamed),
  );
}

/** The backends that this page seems to have, fastest first. */
export function availableBackends(): readonly BackendName[] {
  return globalThis.navigator.gpu === undefined ? ["wasm", "cpu"] : ["webgpu", "wasm", "cpu"];
}

/**
 * In a page, or a worker of one, what `useBackend` is in Node: `webgpu`, by the browser itself, `wasm` or `cpu`. `auto` takes
 * WebGPU on a graphics card, else WebAssembly, else plain JavaScript, and says why.
 *
 * WebAssembly uses up to four threads where the page is cross-origin isolated, elsewhere one. Its code is inside the
 * bundle: there is no file to copy and no path to set.
 *
 * @throws BackendError where a backend asked for by name is unknown or absent.
 */
export async function useBackend(wanted: BackendName | "auto"): Promise<BackendInfo> {
  if (wanted !== "auto") {
    return { ...(await startBackend(wanted, true)), name: wanted, chosenBy: "name" };
  }
  const refused: Refusal[] = [];
  for (const name of ["webgpu", "wasm"] as const) {
    try {
      const backend = await startBackend(name, false);
      return {
        ...backend,
        name,
        chosenBy: "the usual order",
        refused: [...refused, ...backend.refused],
      };
    } catch (error) {
      if (!isEddyflowError(error, "BackendError")) throw error;
      refused.push({ name, reason: error.problem, remedy: error.remedy });
    }
  }
  const backend = await startBackend("cpu", false);
  return { ...backend, name: "cpu", chosenBy: "the usual order", refused };
}
