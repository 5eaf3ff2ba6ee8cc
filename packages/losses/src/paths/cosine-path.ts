import { add, mul, sub, type Tensor1D } from "@tensorflow/tfjs-core";
import type { AffinePath } from "./affine-path.ts";

/** Those of sin z, from z¹ in steps of two: the rest is less than 10⁻⁹ up to z = π/2. */
const coefficients = Array.from({ length: 7 }, (_, k) => {
  let factorial = 1;
  for (let n = 2; n <= 2 * k + 1; n++) factorial *= n;
  return (-1) ** k / factorial;
});

/**
 * sin(πt/2) for t in [0, 1]. A shader's own sine is only right to 2⁻¹¹ (WGSL, 15.7.4).
 */
function quarterSine(t: Tensor1D): Tensor1D {
  const z = mul(t, Math.PI / 2);
  const square = mul(z, z);
  let sum = mul(square, coefficients.at(-1) as number);
  for (const coefficient of coefficients.slice(1, -1).toReversed()) {
    sum = mul(square, add(sum, coefficient));
  }
  return add(z, mul(z, sum));
}

const quarterCosine = (t: Tensor1D): Tensor1D => quarterSine(sub(1, t));

/**
 * α = sin(πt/2), σ = cos(πt/2): quarter circles, along which states of unit variance keep it (α² + σ² = 1). It spends
 * more of the time near noise and near data than the linear path. Source: Albergo and Vanden-Eijnden, "Building
 * Normalizing Flows with Stochastic Interpolants" (ICLR 2023).
 */
export const cosinePath: AffinePath = {
  name: "cosine",
  alpha: quarterSine,
  sigma: quarterCosine,
  alphaRate: (t) => mul(quarterCosine(t), Math.PI / 2),
  sigmaRate: (t) => mul(quarterSine(t), -Math.PI / 2),
};
