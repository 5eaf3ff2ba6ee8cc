import { cpus } from "node:os";
import { BackendError, isEddyflowError } from "@eddyflow/core";
import { autoOrder } from "./auto-order.ts";
import {
  type BackendInfo,
  type BackendName,
  backendNames,
  type Refusal,
  type StartedBackend,
} from "./backend-info.ts";
import { startOnce } from "./start-once.ts";
import { findNvidiaDriver } from "./tensorflow/nvidia-driver.ts";

export interface UseBackendOptions {
  /**
   * Threads on the processor, for one of several processes on a machine; as many as there are cores unless given. What the
   * variables TF_NUM_INTRAOP_THREADS and TF_NUM_INTEROP_THREADS say goes before.
   */
  readonly threads?: number;
  /**
   * The number of this process among several of the machine that compute beside each other. `tensorflow-gpu` takes one card
   * of those that CUDA_VISIBLE_DEVICES shows by it.
   */
  readonly nodeRank?: number;
}

/** How each backend is started. `auto` takes WebGPU only on a graphics card; by name it may run on the processor. */
const start: Readonly<
  Record<BackendName, (isNamed: boolean, options: UseBackendOptions) => Promise<StartedBackend>>
> = {
  "tensorflow-gpu": async (_, { nodeRank }) =>
    (await import("./tensorflow/start-tensorflow.ts")).startTensorflowGpu(nodeRank),
  tensorflow: async (_, { threads }) =>
    (await import("./tensorflow/start-tensorflow.ts")).startTensorflow(threads),
  webgpu: async (isNamed) => {
    const [{ startWebgpu }, dawn] = await Promise.all([
      import("./webgpu/start-webgpu.ts"),
      import("./webgpu/dawn.ts"),
    ]);
    if (!isNamed) dawn.requireGraphicsCard();
    return startWebgpu(
      { start: dawn.startDawn, remedyWithoutAdapter: dawn.remedyWithoutAdapter },
      isNamed,
    );
  },
  wasm: async (_, { threads }) => (await import("./wasm/start-wasm.ts")).startWasm(threads),
  cpu: async () => (await import("./start-cpu.ts")).startCpu((cpus()[0]?.model ?? "CPU").trim()),
};

function isBackendName(name: string): name is BackendName {
  return (backendNames as readonly string[]).includes(name);
}

function startBackend(
  name: BackendName,
  isNamed: boolean,
  options: UseBackendOptions,
): Promise<StartedBackend> {
  // In Node, tfjs-core has no gradients; this import registers them.
  return startOnce(
    name,
    () => import("@tensorflow/tfjs"),
    () => start[name](isNamed, options),
  );
}

/** Whether the machine shows no device for a backend that needs one. */
async function lacksHardware(name: BackendName): Promise<boolean> {
  if (name === "tensorflow-gpu") return findNvidiaDriver() === null;
  return name === "webgpu" && !(await import("./webgpu/dawn.ts")).hasGraphicsCard();
}

async function startFastest(options: UseBackendOptions): Promise<BackendInfo> {
  const refused: Refusal[] = [];
  const { names, source } = autoOrder();
  for (const name of names) {
    try {
      const backend = await startBackend(name, false, options);
      return { ...backend, name, chosenBy: source, refused: [...refused, ...backend.refused] };
    } catch (error) {
      if (!isEddyflowError(error, "BackendError")) throw error;
      const { problem: reason, remedy } = error;
      refused.push({
        name,
        reason,
        remedy,
        ...((await lacksHardware(name)) && { lacksHardware: true }),
      });
    }
  }
  throw new BackendError({
    problem: `no backend can be started: ${refused.map(({ reason }) => reason).join("; ")}`,
    expected: backendNames.join(", "),
    remedy: refused[0]?.remedy ?? "reinstall the packages",
  });
}

/**
 * Makes `wanted` the backend of this process and registers the gradients of TensorFlow.js and our kernels for
 * it. `auto` takes the fastest that starts, in the usual order or a measured one, and says why faster ones did not. The
 * environment variable `EDDYFLOW_BACKEND` overrides `auto`. Engines are loaded here, not on import; a second call is cheap.
 *
 * @throws BackendError if a backend asked for by name is unknown, absent or damaged. No other is taken instead.
 */
export async function useBackend(
  wanted: BackendName | "auto",
  options: UseBackendOptions = {},
): Promise<BackendInfo> {
  const named = process.env["EDDYFLOW_BACKEND"];
  const name: string = wanted === "auto" && named ? named : wanted;
  if (name === "auto") return startFastest(options);
  if (!isBackendName(name)) {
    throw new BackendError({
      problem: `unknown backend "${name}"`,
      expected: `auto, ${backendNames.join(", ")}`,
      remedy: name === wanted ? "choose one of these" : "correct EDDYFLOW_BACKEND",
    });
  }
  const chosenBy = name === wanted ? "name" : "EDDYFLOW_BACKEND";
  return { ...(await startBackend(name, true, options)), name, chosenBy };
}
