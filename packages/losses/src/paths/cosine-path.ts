import { cos, mul, sin, type Tensor1D } from "@tensorflow/tfjs-core";
import type { AffinePath } from "./affine-path.ts";

const angle = (t: Tensor1D): Tensor1D => mul(t, Math.PI / 2);

/**
 * α = sin(πt/2), σ = cos(πt/2): quarter circles, along which states of unit variance keep it (α² + σ² = 1). It spends
 * more of the time near noise and near data than the linear path. Source: Albergo and Vanden-Eijnden, "Building
 * Normalizing Flows with Stochastic Interpolants" (ICLR 2023).
 */
export const cosinePath: AffinePath = {
  name: "cosine",
  alpha: (t) => sin(angle(t)),
  sigma: (t) => cos(angle(t)),
  alphaRate: (t) => mul(cos(angle(t)), Math.PI / 2),
  sigmaRate: (t) => mul(sin(angle(t)), -Math.PI / 2),
};
