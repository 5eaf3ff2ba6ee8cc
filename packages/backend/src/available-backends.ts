import { type BackendName, backendNames } from "./backend-info.ts";
import { hasTensorflow } from "./tensorflow/start-tensorflow.ts";
import { hasGraphicsCard } from "./webgpu/dawn.ts";

const seemsThere: Readonly<Record<BackendName, () => boolean>> = {
  "tensorflow-gpu": () => hasTensorflow("cuda"),
  tensorflow: () => hasTensorflow("cpu"),
  webgpu: hasGraphicsCard,
  wasm: () => true,
  cpu: () => true,
};

/**
 * The backends that this machine seems to have, fastest first: their files, and for WebGPU a
 * graphics card, are there. Nothing is loaded, so
 * that starting one can still fail.
 */
export function availableBackends(): readonly BackendName[] {
  return backendNames.filter((name) => seemsThere[name]());
}
