/** The engines that a computation can run on, fastest first. */
export const backendNames = ["tensorflow", "webgpu", "wasm", "cpu"] as const;

/** Native TensorFlow; WebGPU on a graphics card; WebAssembly with SIMD and threads; plain JavaScript. */
export type BackendName = (typeof backendNames)[number];

/** Why a backend that would have been faster is not the one in use. */
export interface Refusal {
  readonly name: BackendName;
  readonly reason: string;
  readonly remedy: string;
}

/** The backend in use. */
export interface BackendInfo {
  readonly name: BackendName;
  /** What it runs on, in words. */
  readonly device: string;
  /** How many threads one operation may use. */
  readonly threads: number;
  /** What was tried before it, and shortcomings of the one in use, each with its remedy. */
  readonly refused: readonly Refusal[];
}

/** What starting a backend tells about it. */
export type StartedBackend = Omit<BackendInfo, "name">;
