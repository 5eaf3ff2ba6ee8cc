import type { DataType, KernelBackend, TensorInfo } from "@tensorflow/tfjs-core";

/** What tfjs-backend-webgpu knows about the values of a tensor. */
interface TensorData {
  values: unknown;
  resource: unknown;
  /** How many tensors show these values. */
  refCount: number;
}

/** The parts of tfjs-backend-webgpu that are used here: its buffers, and the commands that it gathers. */
export interface WebgpuBackend extends KernelBackend {
  readonly device: GPUDevice;
  readonly queue: GPUQueue;
  readonly bufferManager: {
    acquireBuffer(size: number, usage: number): GPUBuffer;
    releaseBuffer(buffer: GPUBuffer): void;
  };
  readonly tensorMap: { get(dataId: object): TensorData };
  commandQueueOwnedIds: WeakSet<object>;
  uniformPendingDisposal: GPUBuffer[];
  commandEncoder: GPUCommandEncoder | null;
  computePassEncoder: GPUComputePassEncoder | null;
  dispatchCountInPass: number;
  ensureCommandEncoderReady(): void;
  endComputePassEncoder(): void;
  submitQueue(): void;
  uploadToGPU(dataId: object): void;
  makeTensorInfo(shape: number[], dtype: DataType): TensorInfo;
  incRef(dataId: object): void;
  /** Keeps values that were read. */
  convertAndCacheOnCPU(dataId: object, values: unknown): unknown;
}
