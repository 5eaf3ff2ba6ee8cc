import FFT from "fft.js";

/**
 * A planned complex transform, X_k = Σ_j x_j e^{−2πi jk/n}: writes into the first n complex numbers of `out`
 * (interleaved real and imaginary parts) and leaves `data` unchanged. The two arrays must differ.
 */
export type ComplexFft = (out: Float64Array, data: Float64Array) => void;

/** Plans the transform of n complex numbers: fft.js for powers of two, Bluestein around it for the rest. */
export function complexFft(n: number): ComplexFft {
  if (n === 1) {
    return (out, data) => {
      out[0] = data[0] as number;
      out[1] = data[1] as number;
    };
  }
  if ((n & (n - 1)) === 0) {
    const plan = new FFT(n);
    return (out, data) => plan.transform(out, data);
  }
  return bluestein(n);
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
