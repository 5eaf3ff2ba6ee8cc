import { BackendError } from "@eddyflow/core";
import {
  engine,
  env,
  findBackendFactory,
  registerBackend,
  removeBackend,
  setBackend,
  version_core,
} from "@tensorflow/tfjs-core";
import type { Refusal, StartedBackend } from "../backend-info.ts";
import { registerKernels } from "./register-kernels.ts";
import { watchDevice } from "./watch-device.ts";
import type { WebgpuBackend } from "./webgpu-backend.ts";

/** Where WebGPU comes from: Dawn in Node, the browser's own in a page. */
export interface GpuSource {
  start(): Promise<GPU>;
  /** What to do where it has no adapter. */
  readonly remedyWithoutAdapter: string;
}

const limitNames = [
  "maxComputeWorkgroupStorageSize",
  "maxComputeWorkgroupsPerDimension",
  "maxStorageBufferBindingSize",
  "maxStorageBuffersPerShaderStage",
  "maxBufferSize",
  "maxComputeWorkgroupSizeX",
  "maxComputeInvocationsPerWorkgroup",
] as const;

function describe({ vendor, architecture, device, description }: GPUAdapterInfo): string {
  const name = [vendor, architecture].filter((part) => part !== "").join(" ");
  const words = [description || device, name && `(${name})`].filter((part) => part !== "");
  return words.join(" ") || "an adapter without a name";
}

/** Whether the processor takes the part of the graphics card. */
const isSoftware = ({ info }: GPUAdapter): boolean =>
  info.isFallbackAdapter || /swiftshader|llvmpipe|lavapipe/i.test(describe(info));

async function findAdapter({ start, remedyWithoutAdapter }: GpuSource): Promise<GPUAdapter> {
  const gpu = await start();
  const adapter = await gpu.requestAdapter({ powerPreference: "high-performance" });
  if (adapter !== null) return adapter;
  throw new BackendError({
    problem: "WebGPU finds no adapter",
    expected: "a graphics card with a driver",
    remedy: remedyWithoutAdapter,
  });
}

/**
 * Makes WebGPU the active backend.
 *
 * @param mayBeSoftware - whether an adapter will do that is only the processor, which is slower than any other backend.
 * @throws BackendError where there is no adapter, or none that will do.
 */
export async function startWebgpu(
  source: GpuSource,
  mayBeSoftware: boolean,
): Promise<StartedBackend> {
  const adapter = await findAdapter(source);
  const software = isSoftware(adapter);
  if (software && !mayBeSoftware) {
    throw new BackendError({
      problem: `WebGPU would run on the processor, by ${describe(adapter.info)}`,
      expected: "a graphics card",
      remedy: source.remedyWithoutAdapter,
    });
  }
  const { WebGPUBackend } = await import("@tensorflow/tfjs-backend-webgpu");
  const device = await adapter.requestDevice({
    requiredFeatures: adapter.features.has("timestamp-query") ? ["timestamp-query"] : [],
    requiredLimits: Object.fromEntries(limitNames.map((name) => [name, adapter.limits[name]])),
  });
  // Small tensors would be computed by another backend, unasked.
  env().set("WEBGPU_CPU_FORWARD", false);
  if (findBackendFactory("webgpu") !== null) removeBackend("webgpu");
  registerBackend("webgpu", () => new WebGPUBackend(device as never, adapter.info as never));
  await setBackend("webgpu");
  const backend = engine().backend as unknown as WebgpuBackend;
  // A tensor's values that were read would be shown on after a kernel has changed them in place.
  backend.convertAndCacheOnCPU = (_, values) => values;
  watchDevice(backend);
  registerKernels(backend);
  const refused: readonly Refusal[] = software
    ? [
        {
          name: "webgpu",
          reason: "runs on the processor, not on a graphics card",
          remedy: source.remedyWithoutAdapter,
        },
      ]
    : [];
  return {
    version: `TensorFlow.js ${version_core}, WebGPU`,
    device: describe(adapter.info),
    threads: 1,
    refused,
  };
}
