import { isEddyflowError } from "@eddyflow/core";
import { add, dispose, engine, tensor } from "@tensorflow/tfjs-core";
import { expect, test } from "vitest";
import { startWebgpu } from "./start-webgpu.ts";

/** A WebGPU of which only the adapter is looked at. */
const gpuWith = (adapter: unknown) => ({
  start: async () => ({ requestAdapter: async () => adapter }) as unknown as GPU,
  remedyWithoutAdapter: "plug one in",
});

test("without an adapter the error names the remedy", async () => {
  await expect(startWebgpu(gpuWith(null), true)).rejects.toThrow(
    "WebGPU finds no adapter; expected a graphics card with a driver; plug one in",
  );
});

test.each([
  { isFallbackAdapter: true, description: "" },
  { isFallbackAdapter: false, description: "llvmpipe (LLVM 15.0.7, 256 bits)" },
])("a processor in the place of a card is refused where it was not asked for: %o", async (own) => {
  const info = { vendor: "mesa", architecture: "", device: "", ...own };
  await expect(startWebgpu(gpuWith({ info }), false)).rejects.toThrow(
    /^WebGPU would run on the processor, by .*; expected a graphics card; plug one in$/u,
  );
});

test.runIf(process.env["EDDYFLOW_BACKEND"] === "webgpu")(
  "a command that the device refuses is an error of one line at the next read, and of no later one",
  async () => {
    const { device } = engine().backend as unknown as { device: GPUDevice };
    device.createComputePipeline({
      layout: "auto",
      compute: { module: device.createShaderModule({ code: "no shader\nat all" }) },
    });
    const [x, y] = [tensor([1, 2]), tensor([3, 4])];
    const sum = add(x, y);
    const error: unknown = await sum.data().catch((cause: unknown) => cause);
    expect(isEddyflowError(error, "BackendError")).toBe(true);
    expect((error as Error).message).toMatch(/^WebGPU refused a command: .*parsing WGSL/u);
    expect((error as Error).message).not.toContain("\n");
    expect(Array.from(await sum.data())).toEqual([4, 6]);
    dispose([x, y, sum]);
  },
);
