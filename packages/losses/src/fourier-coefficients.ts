import { realFft } from "@eddyflow/ops";
import { concat, mul, reshape, type Tensor, tensor, tidy } from "@tensorflow/tfjs-core";

/**
 * The coefficients of real fields in an orthonormal basis of cosines and sines, `[batch, 2 · wavenumbers, channel]`
 * from `[batch, ...space, channel]` with one to three spatial axes:
 *
 *   √(2/n) Re X(k), √(2/n) Im X(k)  once for each pair k, −k;   √(1/n) X(k)  where k is its own opposite,
 *
 * X the discrete Fourier transform over n points. Their squares add up to those of the field, and those of white noise
 * are white noise. The half spectrum has more places than there are coefficients: 2 · wavenumbers − n of them are 0.
 *
 * The caller disposes the result.
 */
export function fourierCoefficients(x: Tensor): Tensor {
  return tidy(() => {
    const [batch, ...space] = x.shape.slice(0, -1) as [number, ...number[]];
    const channels = x.shape.at(-1) as number;
    const { re, im } = realFft(x);
    const parts = [re, im].map((part) => reshape(part, [batch, -1, channels]));
    const weights = orthonormalWeights(space);
    return mul(concat(parts, 1), tensor(weights, [1, weights.length, 1]));
  });
}

/** The weights of the half spectrum's real and then of its imaginary parts. */
function orthonormalWeights(space: readonly number[]): Float32Array {
  const length = space.at(-1) as number;
  const outer = space.slice(0, -1);
  const half = Math.floor(length / 2) + 1;
  const count = outer.reduce((size, n) => size * n, half);
  const points = outer.reduce((size, n) => size * n, length);
  const weights = new Float32Array(2 * count);
  for (let i = 0; i < count; i++) {
    const [k, row] = [i % half, Math.floor(i / half)];
    const mirror = k === 0 || 2 * k === length ? opposite(row, outer) : null;
    // Of two that are each other's opposites the first one counts.
    if (mirror !== null && mirror < row) continue;
    weights[i] = Math.sqrt((mirror === row ? 1 : 2) / points);
    weights[count + i] = mirror === row ? 0 : Math.sqrt(2 / points);
  }
  return weights;
}

/** The number of the wavenumber −k among those of these axes, row-major, where k has this number. */
function opposite(number: number, axes: readonly number[]): number {
  let [rest, stride, mirrored] = [number, 1, 0];
  for (const n of [...axes].reverse()) {
    mirrored += ((n - (rest % n)) % n) * stride;
    rest = Math.floor(rest / n);
    stride *= n;
  }
  return mirrored;
}
