/** The engines that a computation can run on, fastest first. */
export const backendNames = ["tensorflow-gpu", "tensorflow", "webgpu", "wasm", "cpu"] as const;

/** Native TensorFlow on an NVIDIA card; on the processor; WebGPU on a graphics card; WebAssembly with SIMD and threads; plain JavaScript. */
export type BackendName = (typeof backendNames)[number];

/** Why a backend that would have been faster is not the one in use. */
export interface Refusal {
  readonly name: BackendName;
  readonly reason: string;
  readonly remedy: string;
  /** Present where the machine has no such device, so that there is nothing to mend. */
  readonly lacksHardware?: true;
}

/** The backend in use. */
export interface BackendInfo {
  readonly name: BackendName;
  /** The library that computes, e.g. "TensorFlow 2.21.0". */
  readonly version: string;
  /** What it runs on, in words. */
  readonly device: string;
  /** How many threads one operation may use. */
  readonly threads: number;
  /** Who or what chose it: the caller, the environment, the usual order of `auto` or a measured one. */
  readonly chosenBy: string;
  /** What was tried before it, and shortcomings of the one in use, each with its remedy. */
  readonly refused: readonly Refusal[];
}

/** What starting a backend tells about it. */
export type StartedBackend = Omit<BackendInfo, "name" | "chosenBy">;
