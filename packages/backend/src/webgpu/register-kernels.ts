import { registerConvolutionKernels } from "./convolution-kernels.ts";
import { createDispatcher } from "./dispatch.ts";
import { registerFieldKernels } from "./field-kernels.ts";
import { registerOptimizerKernels } from "./optimizer-kernels.ts";
import { registerReductionKernels } from "./reduction-kernels.ts";
import type { WebgpuBackend } from "./webgpu-backend.ts";

/** Registers our shaders for the operations of @eddyflow/ops, and for sums and means. */
export function registerKernels(backend: WebgpuBackend): void {
  const dispatcher = createDispatcher(backend);
  registerFieldKernels(dispatcher);
  registerConvolutionKernels(dispatcher);
  registerOptimizerKernels(dispatcher);
  registerReductionKernels(dispatcher);
}
