import { mixedRadix, radicesOf } from "./mixed-radix.ts";
import type { PlannedFft } from "./planned-fft.ts";

/**
 * Plans the transform of n complex numbers in each of `lanes` lanes (default 1), `[n, lanes]`: by passes of
 * radix 8, 4, 2, 3 and 5 where n has no other prime factors, by Bluestein's convolution around those for the
 * rest. Lanes cost less together than one by one. The arrays and tables are one block of memory, made here.
 */
export function complexFft(n: number, lanes = 1): PlannedFft {
  if (n === 1) {
    const [input, output] = [new Float64Array(2 * lanes), new Float64Array(2 * lanes)];
    const copy = () => output.set(input);
    return { input, output, forward: copy, inverse: copy };
  }
  const radices = radicesOf(n);
  return radices === null ? bluestein(n, lanes) : mixedRadix(n, lanes, radices);
}

/**
 * The transform as a convolution with a chirp: with w_j = e^{−πi j²/n}, jk = (j² + k² − (k − j)²)/2 gives
 * X_k = w_k Σ_j (x_j w_j) w̄_{k−j}. Source: Bluestein, IEEE Trans. Audio Electroacoustics 18 (1970) 451.
 */
function bluestein(n: number, lanes: number): PlannedFft {
  let size = 1;
  while (size < 2 * n - 1) size *= 2;
  const { input: line, output: image, forward, inverse } = complexFft(size);

  const chirp = new Float64Array(2 * n);
  for (let j = 0; j < n; j++) {
    // j² is reduced modulo the period first: large angles would cost digits.
    const angle = (Math.PI * ((j * j) % (2 * n))) / n;
    chirp[2 * j] = Math.cos(angle);
    chirp[2 * j + 1] = -Math.sin(angle);
    for (const at of [j, (size - j) % size]) {
      line[2 * at] = Math.cos(angle) / size;
      line[2 * at + 1] = Math.sin(angle) / size;
    }
  }
  forward();
  const response = image.slice();

  const input = new Float64Array(2 * n * lanes);
  const output = new Float64Array(2 * n * lanes);
  /** Transforms all lanes; with real and imaginary parts exchanged on the way in and out it is the inverse. */
  function run(swap: 0 | 1): void {
    for (let lane = 0; lane < 2 * lanes; lane += 2) {
      line.fill(0, 2 * n);
      for (let j = 0, at = lane; j < 2 * n; j += 2, at += 2 * lanes) {
        const re = input[at + swap] as number;
        const im = input[at + 1 - swap] as number;
        const chirpRe = chirp[j] as number;
        const chirpIm = chirp[j + 1] as number;
        line[j] = re * chirpRe - im * chirpIm;
        line[j + 1] = re * chirpIm + im * chirpRe;
      }
      forward();
      for (let j = 0; j < 2 * size; j += 2) {
        const re = image[j] as number;
        const im = image[j + 1] as number;
        const responseRe = response[j] as number;
        const responseIm = response[j + 1] as number;
        line[j] = re * responseRe - im * responseIm;
        line[j + 1] = re * responseIm + im * responseRe;
      }
      inverse();
      for (let j = 0, at = lane; j < 2 * n; j += 2, at += 2 * lanes) {
        const re = image[j] as number;
        const im = image[j + 1] as number;
        const chirpRe = chirp[j] as number;
        const chirpIm = chirp[j + 1] as number;
        output[at + swap] = re * chirpRe - im * chirpIm;
        output[at + 1 - swap] = re * chirpIm + im * chirpRe;
      }
    }
  }
  return { input, output, forward: () => run(0), inverse: () => run(1) };
}
