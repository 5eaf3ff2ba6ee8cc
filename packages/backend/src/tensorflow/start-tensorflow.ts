import { globSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { availableParallelism, cpus } from "node:os";
import { dirname, join } from "node:path";
import util from "node:util";
import { BackendError } from "@eddyflow/core";
import { copyRegisteredKernels, engine, registerBackend, setBackend } from "@tensorflow/tfjs-core";
import type { StartedBackend } from "../backend-info.ts";
import { addonMismatch } from "./addon-mismatch.ts";
import { cardOfRank, numCards } from "./card-of-rank.ts";
import { registerConvolutionKernels } from "./convolution-kernels.ts";
import { type Binding, createEager, type NodeBackend } from "./eager.ts";
import { registerFieldKernels } from "./field-kernels.ts";
import { registerFourierKernels } from "./fourier-kernels.ts";
import { registerLowPrecision } from "./low-precision.ts";
import {
  findNativeFolder,
  installRemedy,
  type NativeFolder,
  type NativeKind,
  nativePlaces,
  verifyContents,
} from "./native-folder.ts";
import { findNvidiaDriver } from "./nvidia-driver.ts";
import { registerOptimizerKernels } from "./optimizer-kernels.ts";
import { findOwnOperations } from "./own-operations.ts";

const here = createRequire(import.meta.url);
const fromProject = createRequire(join(process.cwd(), "package.json"));

/** Packages that bring an addon and a TensorFlow of their own, where their install script could download it. */
const packages = { cpu: "@tensorflow/tfjs-node", cuda: "@tensorflow/tfjs-node-gpu" } as const;

/** Folder of the package, where it is installed with its addon, or null. */
function findPackage(kind: NativeKind): string | null {
  for (const require of [here, fromProject]) {
    try {
      const folder = dirname(require.resolve(`${packages[kind]}/package.json`));
      const [addon] = globSync("lib/napi-v*/tfjs_binding.node", { cwd: folder });
      if (addon !== undefined) return folder;
    } catch {}
  }
  return null;
}

/**
 * tfjs-node calls two functions of node:util that Node 22 warns about and Node 23 has removed. They are
 * replaced before it is loaded.
 */
function mendUtil(): void {
  Object.assign(util, {
    isNullOrUndefined: (value: unknown) => value === null || value === undefined,
    isArray: Array.isArray,
  });
}

const cannotLoad = (
  path: string,
  reason: string,
  kind: NativeKind,
  cause?: unknown,
): BackendError =>
  new BackendError({
    problem: `${path} cannot be loaded: ${reason}`,
    expected: `an addon for ${process.platform}-${process.arch}`,
    remedy: installRemedy(kind),
    cause,
  });

/** Loads an addon or a package with one; the loader's complaint becomes one line. */
function load(path: string, kind: NativeKind): unknown {
  try {
    return here(path);
  } catch (cause) {
    const message = String((cause as Error).message);
    // Node puts what another ABI means on several lines, and then the way to compile it oneself.
    const reason = message.replace(/\s+/gu, " ").replace(/\.( Please try re-compiling.*)?$/u, "");
    throw cannotLoad(path, reason, kind, cause);
  }
}

function loadNative(folder: NativeFolder, kind: NativeKind): string {
  const mismatch = addonMismatch(folder.addon);
  if (mismatch !== null) throw cannotLoad(folder.addon, mismatch, kind);
  // Libraries that are damaged end the process when they are loaded.
  verifyContents(folder, kind);
  const binding = load(folder.addon, kind) as Binding;
  here("@tensorflow/tfjs-node/dist/register_all_kernels");
  const { NodeJSKernelBackend } = here("@tensorflow/tfjs-node/dist/nodejs_kernel_backend") as {
    NodeJSKernelBackend: new (binding: Binding, packageName: string) => never;
  };
  registerBackend("tensorflow", () => new NodeJSKernelBackend(binding, "@eddyflow/backend"));
  return `TensorFlow ${folder.version}`;
}

function loadPackage(kind: NativeKind): string {
  const folder = findPackage(kind);
  if (folder === null) {
    throw new BackendError({
      problem:
        kind === "cpu"
          ? "no native TensorFlow is installed"
          : "TensorFlow for NVIDIA cards is not installed",
      expected: nativePlaces(kind),
      remedy: installRemedy(kind),
    });
  }
  const { name, version } = here(join(folder, "package.json")) as Record<string, string>;
  load(folder, kind);
  return `${name} ${version}`;
}

/** Whether this machine seems to have native TensorFlow of a kind, without loading it. */
export function hasTensorflow(kind: NativeKind = "cpu"): boolean {
  if (kind === "cuda" && findNvidiaDriver() === null) return false;
  try {
    return findNativeFolder(kind) !== null || findPackage(kind) !== null;
  } catch {
    return false;
  }
}

/** What this process has loaded: TensorFlow's libraries have the same names in either kind, so that it stays the one. */
let loaded: { readonly kind: NativeKind; readonly version: string } | null = null;

function loadOnce(kind: NativeKind): string {
  // Read by TensorFlow when it is loaded: no banners, warnings only where an operation fails anyway.
  process.env["TF_CPP_MIN_LOG_LEVEL"] ??= "3";
  if (kind === "cuda") {
    // Else TensorFlow takes all of the card's memory at once.
    process.env["TF_FORCE_GPU_ALLOW_GROWTH"] ??= "true";
  }
  if (loaded === null) {
    mendUtil();
    const folder = findNativeFolder(kind);
    const version = folder === null ? loadPackage(kind) : loadNative(folder, kind);
    loaded = { kind, version };
  }
  return loaded.version;
}

/** Registers our kernels for the native TensorFlow that is active. */
function registerKernels(backend: NodeBackend): void {
  const eager = createEager(backend);
  const own = findOwnOperations(eager);
  registerFieldKernels(eager, own);
  registerFourierKernels(eager);
  registerConvolutionKernels(eager, own);
  registerOptimizerKernels(eager, own);
  // Of oneDNN, thus of the processor.
  if (!backend.isUsingGpuDevice) registerLowPrecision(eager);
}

/**
 * Loads native TensorFlow, makes it the active backend and registers our kernels for it.
 *
 * @param threads - for one operation, and for several at a time; one per core unless given.
 * @throws BackendError where it is absent or damaged, or where this process computes on a card already.
 */
export async function startTensorflow(threads?: number): Promise<StartedBackend> {
  if (threads !== undefined) {
    // Read by TensorFlow when it makes its pools.
    process.env["TF_NUM_INTRAOP_THREADS"] ??= String(threads);
    process.env["TF_NUM_INTEROP_THREADS"] ??= String(threads);
  }
  const version = loadOnce("cpu");
  await setBackend("tensorflow");
  const backend = engine().backend as unknown as NodeBackend;
  if (backend.isUsingGpuDevice) {
    throw new BackendError({
      problem: "this process has loaded TensorFlow for the graphics card",
      expected: "one TensorFlow in a process",
      remedy: "start another process for the backend tensorflow",
    });
  }
  registerKernels(backend);
  return {
    version,
    device: (cpus()[0]?.model ?? "CPU").trim(),
    threads: Number(process.env["TF_NUM_INTRAOP_THREADS"]) || availableParallelism(),
    refused: [],
  };
}

/**
 * Loads TensorFlow for NVIDIA cards, makes it the active backend and registers our kernels for it, without oneDNN's, which
 * are the processor's. Memory of the card is taken as it is needed.
 *
 * @param nodeRank - the number of this process among several of the machine, by which it takes one card.
 * @throws BackendError where there is no driver, no such TensorFlow, or no card that it can use: it would compute on the
 * processor then, unasked.
 */
export async function startTensorflowGpu(nodeRank?: number): Promise<StartedBackend> {
  const driver = findNvidiaDriver();
  if (driver === null) {
    throw new BackendError({
      problem: "this machine has no NVIDIA driver",
      expected: "/dev/nvidiactl or libcuda.so.1",
      remedy: `if there is a card, install its driver, then ${installRemedy("cuda")}`,
    });
  }
  if (loaded?.kind === "cpu") {
    throw new BackendError({
      problem: "this process has loaded TensorFlow for the processor",
      expected: "one TensorFlow in a process",
      remedy: "start another process for the backend tensorflow-gpu",
    });
  }
  const card =
    nodeRank === undefined || loaded !== null
      ? null
      : cardOfRank(nodeRank, process.env["CUDA_VISIBLE_DEVICES"], numCards());
  // Read by CUDA when TensorFlow is loaded.
  if (card !== null) process.env["CUDA_VISIBLE_DEVICES"] = card;
  const version = loadOnce("cuda");
  const { backendName: before } = engine();
  // The kernels of tfjs-node are registered for this name.
  await setBackend("tensorflow");
  const backend = engine().backend as unknown as NodeBackend;
  if (!backend.isUsingGpuDevice) {
    if (before) await setBackend(before);
    throw new BackendError({
      problem: "no GPU is visible to TensorFlow",
      expected: "an NVIDIA card that CUDA 12 and cuDNN 9 can use",
      remedy: "check `nvidia-smi` and CUDA_VISIBLE_DEVICES, and update the driver to 525 or later",
    });
  }
  registerKernels(backend);
  copyRegisteredKernels("tensorflow", "tensorflow-gpu");
  registerBackend("tensorflow-gpu", () => backend as never);
  await setBackend("tensorflow-gpu");
  return {
    version,
    device: cardName() ?? "an NVIDIA card",
    threads: availableParallelism(),
    refused: [],
  };
}

/** What the driver calls the first card. */
function cardName(): string | null {
  const [file] = globSync("/proc/driver/nvidia/gpus/*/information");
  if (file === undefined) return null;
  return /^Model:\s*(.+)$/mu.exec(readFileSync(file, "utf8"))?.[1]?.trim() ?? null;
}
