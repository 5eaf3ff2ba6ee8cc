import { radicesOf, stockham } from "./stockham.ts";

/**
 * A planned complex transform, X_k = Σ_j x_j e^{−2πi jk/n}, of each column of `[n, lanes]`: writes into the
 * first n·lanes complex numbers of `out` (interleaved real and imaginary parts) and leaves `data` unchanged.
 * The two arrays must differ.
 */
export type ComplexFft = (out: Float64Array, data: Float64Array) => void;

/**
 * Plans the transform of n complex numbers in each of `lanes` lanes (default 1), `[n, lanes]`: by passes of
 * radix 4, 2, 3 and 5 where n has no other prime factors, by Bluestein's convolution around those for the
 * rest. Lanes cost less together than one by one. Exchanging real and imaginary parts of input and output
 * gives the inverse times n.
 */
export function complexFft(n: number, lanes = 1): ComplexFft {
  if (n === 1) {
    return (out, data) => {
      for (let i = 0; i < 2 * lanes; i++) out[i] = data[i] as number;
    };
  }
  const radices = radicesOf(n);
  if (radices !== null) return stockham(n, lanes, radices);
  const plan = bluestein(n);
  if (lanes === 1) return plan;

  const line = new Float64Array(2 * n);
  const image = new Float64Array(2 * n);
  return (out, data) => {
    for (let lane = 0; lane < 2 * lanes; lane += 2) {
      for (let j = 0, at = lane; j < 2 * n; j += 2, at += 2 * lanes) {
        line[j] = data[at] as number;
        line[j + 1] = data[at + 1] as number;
      }
      plan(image, line);
      for (let j = 0, at = lane; j < 2 * n; j += 2, at += 2 * lanes) {
        out[at] = image[j] as number;
        out[at + 1] = image[j + 1] as number;
      }
    }
  };
}

/**
 * The transform as a convolution with a chirp: with w_j = e^{−πi j²/n}, jk = (j² + k² − (k − j)²)/2 gives
 * X_k = w_k Σ_j (x_j w_j) w̄_{k−j}. Source: Bluestein, IEEE Trans. Audio Electroacoustics 18 (1970) 451.
 */
function bluestein(n: number): ComplexFft {
  let size = 1;
  while (size < 2 * n - 1) size *= 2;
  const plan = complexFft(size);

  const chirp = new Float64Array(2 * n);
  const filter = new Float64Array(2 * size);
  for (let j = 0; j < n; j++) {
    // j² is reduced modulo the period first: large angles would cost digits.
    const angle = (Math.PI * ((j * j) % (2 * n))) / n;
    chirp[2 * j] = Math.cos(angle);
    chirp[2 * j + 1] = -Math.sin(angle);
    for (const at of [j, (size - j) % size]) {
      filter[2 * at] = Math.cos(angle) / size;
      filter[2 * at + 1] = Math.sin(angle) / size;
    }
  }
  const response = new Float64Array(2 * size);
  plan(response, filter);

  const padded = new Float64Array(2 * size);
  const product = new Float64Array(2 * size);
  return (out, data) => {
    padded.fill(0, 2 * n);
    for (let i = 0; i < 2 * n; i += 2) {
      const re = data[i] as number;
      const im = data[i + 1] as number;
      const chirpRe = chirp[i] as number;
      const chirpIm = chirp[i + 1] as number;
      padded[i] = re * chirpRe - im * chirpIm;
      padded[i + 1] = re * chirpIm + im * chirpRe;
    }
    plan(product, padded);
    for (let i = 0; i < 2 * size; i += 2) {
      const re = product[i] as number;
      const im = product[i + 1] as number;
      const responseRe = response[i] as number;
      const responseIm = response[i + 1] as number;
      // Real and imaginary parts change places, so that a forward transform acts as an inverse one.
      padded[i] = re * responseIm + im * responseRe;
      padded[i + 1] = re * responseRe - im * responseIm;
    }
    plan(product, padded);
    for (let i = 0; i < 2 * n; i += 2) {
      const re = product[i + 1] as number;
      const im = product[i] as number;
      const chirpRe = chirp[i] as number;
      const chirpIm = chirp[i + 1] as number;
      out[i] = re * chirpRe - im * chirpIm;
      out[i + 1] = re * chirpIm + im * chirpRe;
    }
  };
}
