/** Memory of a training in MiB, after its garbage was collected. */
export interface MemorySample {
  /** Objects of JavaScript. */
  readonly heap: number;
  /** What they hold outside the heap. */
  readonly buffers: number;
  readonly tensors: number;
  /** All of the process but what a file holds. */
  readonly process: number;
}

export const memoryKinds = ["heap", "buffers", "tensors", "process"] as const;
