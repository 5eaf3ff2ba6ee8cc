import { fill, sub, type Tensor1D } from "@tensorflow/tfjs-core";
import type { AffinePath } from "./affine-path.ts";

/**
 * α = t, σ = 1 − t: straight lines with velocity x₁ − x₀. The path to choose unless you have a reason not to. Source:
 * Lipman et al., "Flow Matching for Generative Modeling" (ICLR 2023), equation (22) with σ_min = 0.
 */
export const linearPath: AffinePath = {
  name: "linear",
  alpha: (t) => t,
  sigma: (t) => sub<Tensor1D>(1, t),
  alphaRate: (t) => fill(t.shape, 1) as Tensor1D,
  sigmaRate: (t) => fill(t.shape, -1) as Tensor1D,
};
