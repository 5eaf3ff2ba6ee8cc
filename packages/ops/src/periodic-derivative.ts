import { ShapeError } from "@eddyflow/core";
import { neg, type Tensor } from "@tensorflow/tfjs-core";
import { denseMatrix, multiplyAlongAxis } from "./along-axis.ts";
import { kernelNames } from "./kernel-names.ts";
import { type Operation, runOperation } from "./operation.ts";

/** Attributes of the kernel `PeriodicDerivative`. */
export interface PeriodicDerivativeAttributes {
  readonly axis: number;
  /** Length of the period. */
  readonly extent: number;
}

const periodicDerivativeOperation: Operation<{ x: Tensor }, [], PeriodicDerivativeAttributes> = {
  kernelName: kernelNames.periodicDerivative,
  portable: ({ x }, { axis, extent }) => {
    const n = x.shape[axis] as number;
    // The derivative of the interpolant that is 1 in cell 0, at cell d.
    const column = Array.from({ length: n }, (_, d) => {
      if (d === 0) return 0;
      const angle = (Math.PI * d) / n;
      const size = n % 2 === 0 ? 1 / Math.tan(angle) : 1 / Math.sin(angle);
      return ((d % 2 === 0 ? 1 : -1) * Math.PI * size) / extent;
    });
    const matrix = denseMatrix(n, n, (from, to) => column[(to - from + n) % n] as number);
    return multiplyAlongAxis([x], axis, matrix, 1)[0] as Tensor;
  },
  gradient: {
    // The derivative is antisymmetric.
    gradFunc: (dy, _, attributes) => ({
      x: () => neg(runOperation(periodicDerivativeOperation, { x: dy }, attributes)),
    }),
  },
};

/**
 * The derivative along the periodic `axis`, of a period of length `extent`, by the trigonometric
 * interpolant: in Fourier space times 2πi·k/extent, the mode k = n/2 of an even n to zero. Computed as the
 * product with the circulant matrix ½(−1)ᵈ cot(πd/n) (odd n: csc) · 2π/extent of Trefethen, Spectral
 * Methods in MATLAB (2000), chapter 3. Exact for fields without wavenumbers from n/2 on. The caller
 * disposes the result, which has the shape of `x`.
 *
 * @throws ShapeError where there is no such axis, or `extent` is not positive.
 */
export function periodicDerivative(x: Tensor, axis: number, extent: number): Tensor {
  if (x.shape[axis] === undefined || !(extent > 0)) {
    throw new ShapeError({
      problem: `periodicDerivative along axis ${axis} of length ${extent} of a tensor of shape [${x.shape}]`,
      expected: "an axis that the tensor has, of a positive length",
      remedy: "pass a spatial axis, 1 for the first, and the length of the domain along it",
    });
  }
  return runOperation(periodicDerivativeOperation, { x }, { axis, extent });
}
