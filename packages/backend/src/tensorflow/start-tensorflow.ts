import { globSync } from "node:fs";
import { createRequire } from "node:module";
import { availableParallelism, cpus } from "node:os";
import { dirname, join } from "node:path";
import util from "node:util";
import { BackendError } from "@eddyflow/core";
import { engine, registerBackend, setBackend } from "@tensorflow/tfjs-core";
import type { StartedBackend } from "../backend-info.ts";
import { registerConvolutionKernels } from "./convolution-kernels.ts";
import { type Binding, createEager, type NodeBackend } from "./eager.ts";
import { registerFieldKernels } from "./field-kernels.ts";
import { registerLowPrecision } from "./low-precision.ts";
import { findNativeFolder, type NativeFolder } from "./native-folder.ts";
import { registerOptimizerKernels } from "./optimizer-kernels.ts";
import { findOwnOperations } from "./own-operations.ts";

const here = createRequire(import.meta.url);
const fromProject = createRequire(join(process.cwd(), "package.json"));

/** Packages that bring an addon and a TensorFlow of their own, where their install script could download it. */
const packages = ["@tensorflow/tfjs-node-gpu", "@tensorflow/tfjs-node"] as const;

/** The first of them that is installed with its addon, or null. */
function findPackage(): string | null {
  for (const name of packages) {
    for (const require of [here, fromProject]) {
      try {
        const folder = dirname(require.resolve(`${name}/package.json`));
        const [addon] = globSync("lib/napi-v*/tfjs_binding.node", { cwd: folder });
        if (addon !== undefined) return folder;
      } catch {}
    }
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

const cannotLoad = (path: string, cause: unknown): BackendError =>
  new BackendError({
    problem: `${path} cannot be loaded: ${String((cause as Error).message).split("\n")[0]}`,
    expected: `an addon for ${process.platform}-${process.arch}`,
    remedy: "run `pnpm native:install`",
    cause,
  });

function loadNative({ addon, version }: NativeFolder): string {
  let binding: Binding;
  try {
    binding = here(addon) as Binding;
  } catch (cause) {
    throw cannotLoad(addon, cause);
  }
  here("@tensorflow/tfjs-node/dist/register_all_kernels");
  const { NodeJSKernelBackend } = here("@tensorflow/tfjs-node/dist/nodejs_kernel_backend") as {
    NodeJSKernelBackend: new (binding: Binding, packageName: string) => never;
  };
  registerBackend("tensorflow", () => new NodeJSKernelBackend(binding, "@eddyflow/backend"));
  return `TensorFlow ${version}`;
}

function loadPackage(): string {
  const folder = findPackage();
  if (folder === null) {
    throw new BackendError({
      problem: "no native TensorFlow is installed",
      expected: "it in .tools/native of this folder or one above, or in EDDYFLOW_NATIVE",
      remedy: "run `pnpm native:install`",
    });
  }
  const { name, version } = here(join(folder, "package.json")) as Record<string, string>;
  try {
    here(folder);
  } catch (cause) {
    throw cannotLoad(folder, cause);
  }
  return `${name} ${version}`;
}

/** Whether this machine seems to have native TensorFlow, without loading it. */
export function hasTensorflow(): boolean {
  try {
    return findNativeFolder() !== null || findPackage() !== null;
  } catch {
    return false;
  }
}

/**
 * Loads native TensorFlow, makes it the active backend and registers our kernels for it.
 *
 * @throws BackendError where it is absent or damaged.
 */
export async function startTensorflow(): Promise<StartedBackend> {
  // Read by TensorFlow when it is loaded: no banners, warnings only where an operation fails anyway.
  process.env["TF_CPP_MIN_LOG_LEVEL"] ??= "3";
  mendUtil();
  const folder = findNativeFolder();
  const engineName = folder === null ? loadPackage() : loadNative(folder);
  await setBackend("tensorflow");
  const backend = engine().backend as unknown as NodeBackend;
  const eager = createEager(backend);
  const own = findOwnOperations(eager);
  registerFieldKernels(eager, own);
  registerConvolutionKernels(eager, own);
  registerOptimizerKernels(eager, own);
  registerLowPrecision(eager);
  const processor = backend.isUsingGpuDevice ? "GPU" : (cpus()[0]?.model ?? "CPU").trim();
  return {
    device: `${engineName} on ${processor}`,
    threads: availableParallelism(),
    refused: [],
  };
}
