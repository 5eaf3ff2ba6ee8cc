import { BackendError } from "@eddyflow/core";
import type { WebgpuBackend } from "./webgpu-backend.ts";

const oneLine = (text: string): string => text.replace(/\s+/g, " ").trim();

/**
 * WebGPU reports an invalid command, want of memory or a lost device to the device alone, and what was to be
 * computed keeps whatever its memory held. From here on, the next values that are read are such an error instead.
 */
export function watchDevice(backend: WebgpuBackend): void {
  const { device } = backend;
  let failure: BackendError | null = null;
  device.addEventListener("uncapturederror", (event) => {
    const { message } = (event as GPUUncapturedErrorEvent).error;
    event.preventDefault();
    failure ??= new BackendError({
      problem: `WebGPU refused a command: ${oneLine(message)}`,
      expected: "operations and sizes that the device can run",
      remedy: "use smaller fields or batches, or another backend",
    });
  });
  let isLost = false;
  void device.lost.then(({ message, reason }) => {
    isLost = true;
    failure = new BackendError({
      problem: `the WebGPU device was lost (${reason}): ${oneLine(message)}`,
      expected: "a device that keeps running",
      remedy: "start again; if memory ran out, use smaller fields or batches",
    });
  });
  const read = backend.read.bind(backend);
  backend.read = async (dataId) => {
    let values: Awaited<ReturnType<typeof read>>;
    try {
      values = await read(dataId);
    } catch (cause) {
      if (failure === null) throw cause;
      throw failure;
    }
    const found = failure as BackendError | null;
    if (found !== null) {
      // A device that is lost stays so; after a refused command it can go on.
      if (!isLost) failure = null;
      throw found;
    }
    return values;
  };
}
