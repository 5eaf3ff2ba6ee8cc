import { ShapeError } from "@eddyflow/core";
import { mul, reshape, type Tensor, tensor, util } from "@tensorflow/tfjs-core";
import { type DenseMatrix, denseMatrix, multiplyAlongAxis } from "./along-axis.ts";
import { kernelNames } from "./kernel-names.ts";
import { type Operation, runOperation } from "./operation.ts";
import { spatialShape } from "./spatial.ts";

/** The half of a real field's spectrum that has it all: `[batch, ...space, channel]`, ⌊n/2⌋ + 1 along the last spatial axis. */
export interface HalfSpectrum {
  /** Real part. */
  readonly re: Tensor;
  /** Imaginary part. */
  readonly im: Tensor;
}

/** Attributes of the kernels `RealFft` and `InverseRealFft`. */
export interface RealFftAttributes {
  /** Cells of the field along its last spatial axis. */
  readonly length: number;
}

/** cos and sin of 2πm/n, m taken modulo n, so that large products lose no digits. */
function roots(n: number): { cos(m: number): number; sin(m: number): number } {
  const angles = Array.from({ length: n }, (_, m) => (2 * Math.PI * m) / n);
  const [cosines, sines] = [angles.map(Math.cos), angles.map(Math.sin)];
  return { cos: (m) => cosines[m % n] as number, sin: (m) => sines[m % n] as number };
}

/** How often a wavenumber of the half spectrum of n cells stands in the whole one. */
const multiplicity = (k: number, n: number): number => (k === 0 || 2 * k === n ? 1 : 2);

/** x ↦ (Re, Im) of Σⱼ xⱼ exp(−2πi jk/n) for k ≤ n/2. */
function forwardMatrix(n: number): DenseMatrix {
  const { cos, sin } = roots(n);
  const half = Math.floor(n / 2) + 1;
  return denseMatrix(n, 2 * half, (j, k) => (k < half ? cos(j * k) : -sin(j * (k - half))));
}

/** (Re, Im) ↦ the real x whose half spectrum it is. */
function inverseMatrix(n: number): DenseMatrix {
  const { cos, sin } = roots(n);
  const half = Math.floor(n / 2) + 1;
  return denseMatrix(2 * half, n, (row, j) => {
    const k = row % half;
    return (multiplicity(k, n) * (row < half ? cos(j * k) : -sin(j * k))) / n;
  });
}

/** (Re, Im) ↦ (Re, Im) of Σⱼ zⱼ exp(2πi · sign · jk/n), divided by n where `sign` is 1. */
function complexMatrix(n: number, sign: 1 | -1): DenseMatrix {
  const { cos, sin } = roots(n);
  const scale = sign === 1 ? 1 / n : 1;
  return denseMatrix(2 * n, 2 * n, (row, column) => {
    const product = (row % n) * (column % n);
    if (row < n === column < n) return scale * cos(product);
    return scale * sign * (row < n ? sin(product) : -sin(product));
  });
}

/** Each value times how often its wavenumber stands in the whole spectrum of `length`, raised to `power`, and times `factor`. */
function weighted(part: Tensor, length: number, power: 1 | -1, factor: number): Tensor {
  const [half, channels] = part.shape.slice(-2) as [number, number];
  const weights = Array.from({ length: half }, (_, k) => factor * multiplicity(k, length) ** power);
  const columns = reshape(part, [-1, half, channels]);
  return reshape(mul(columns, tensor(weights, [1, half, 1])), part.shape);
}

const cellsOf = (x: Tensor): number => util.sizeFromShape(spatialShape(x));

const forward: Operation<{ x: Tensor }, [], RealFftAttributes> = {
  kernelName: kernelNames.realFft,
  portable: ({ x }, { length }) => {
    const last = x.rank - 2;
    let parts = multiplyAlongAxis([x], last, forwardMatrix(length), 2);
    for (let axis = last - 1; axis > 0; axis--) {
      parts = multiplyAlongAxis(parts, axis, complexMatrix(x.shape[axis] as number, -1), 2);
    }
    return parts;
  },
  gradient: {
    gradFunc: (dy, _, { length }) => ({
      x: () => {
        // Of an operation of two results TensorFlow.js gives both gradients.
        const [re, im] = dy as unknown as [Tensor, Tensor];
        const cells = (cellsOf(re) / (re.shape.at(-2) as number)) * length;
        const part = (each: Tensor): Tensor => weighted(each, length, -1, cells);
        return runOperation(inverse, { re: part(re), im: part(im) }, { length });
      },
    }),
  },
};

const inverse: Operation<{ re: Tensor; im: Tensor }, [], RealFftAttributes> = {
  kernelName: kernelNames.inverseRealFft,
  portable: ({ re, im }, { length }) => {
    let parts = [re, im];
    for (let axis = 1; axis < re.rank - 2; axis++) {
      parts = multiplyAlongAxis(parts, axis, complexMatrix(re.shape[axis] as number, 1), 2);
    }
    return multiplyAlongAxis(parts, re.rank - 2, inverseMatrix(length), 1)[0] as Tensor;
  },
  gradient: {
    gradFunc: (dy, _, { length }) => {
      // Transformed once for both inputs, hence not inside their functions.
      const [re, im]: [Tensor, Tensor] = runOperation(forward, { x: dy }, { length });
      const part = (each: Tensor): Tensor => weighted(each, length, 1, 1 / cellsOf(dy));
      return { re: () => part(re), im: () => part(im) };
    },
  },
};

const expected = "[batch, ...space, channel] with one to three spatial axes";

/**
 * The discrete Fourier transform of a real field `[batch, x, channel]`, `[batch, y, x, channel]` or
 * `[batch, z, y, x, channel]` over all its spatial axes,
 *
 *   X(k) = Σⱼ x(j) exp(−2πi Σₐ jₐkₐ/nₐ), not normalised,
 *
 * for kₐ < nₐ, along the last spatial axis only for k ≤ n/2: the rest is conjugate. Any numbers of points. Its
 * gradient is the exact adjoint. The caller disposes both parts.
 *
 * @throws ShapeError for another rank.
 */
export function realFft(x: Tensor): HalfSpectrum {
  if (x.rank < 3 || x.rank > 5) {
    throw new ShapeError({
      problem: `realFft of a tensor of shape [${x.shape}]`,
      expected,
      remedy: "reshape it",
    });
  }
  const length = x.shape.at(-2) as number;
  const [re, im]: [Tensor, Tensor] = runOperation(forward, { x }, { length });
  return { re, im };
}

/**
 * The real field `[batch, ...space, channel]` with `length` cells along the last spatial axis that has this
 * half spectrum: the inverse of {@link realFft}, divided by the number of cells. What no real field has (the
 * imaginary part where a wavenumber is its own conjugate) is ignored. The caller disposes the result.
 *
 * @throws ShapeError where the parts differ in shape, or do not have ⌊length/2⌋ + 1 wavenumbers.
 */
export function inverseRealFft({ re, im }: HalfSpectrum, length: number): Tensor {
  const half = Math.floor(length / 2) + 1;
  const isHalf = re.rank >= 3 && re.rank <= 5 && re.shape.at(-2) === half;
  if (!isHalf || String(re.shape) !== String(im.shape)) {
    throw new ShapeError({
      problem: `inverseRealFft to ${length} cells of parts [${re.shape}] and [${im.shape}]`,
      expected: `${expected}, the last of ${half} wavenumbers`,
      remedy: "pass both parts as realFft made them, and the length of the field",
    });
  }
  return runOperation(inverse, { re, im }, { length });
}
