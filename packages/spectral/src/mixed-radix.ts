import { fourierKernels } from "./fourier-kernels.ts";
import type { PlannedFft } from "./planned-fft.ts";

/** The radices of the passes of n, a 4 last where there is one; null where n has a prime factor above 5. */
export function radicesOf(n: number): readonly number[] | null {
  const radices: number[] = [];
  let rest = n;
  // An eight takes the odd factor of two along, where there are three.
  if (n % 8 === 0 && Math.log2(n & -n) % 2 === 1) {
    radices.push(8);
    rest /= 8;
  }
  for (const radix of [4, 2, 3, 5]) {
    for (; rest % radix === 0; rest /= radix) radices.push(radix);
  }
  if (rest > 1) return null;
  const last = radices.lastIndexOf(4);
  return last < 0 ? radices : [...radices.toSpliced(last, 1), 4];
}

/** e^{−2πi pk/n} for p < n/radix and 0 < k < radix, each as (re, re, im, im). */
function twiddles(n: number, radix: number): number[] {
  const table: number[] = [];
  for (let p = 0; p < n / radix; p++) {
    for (let k = 1; k < radix; k++) {
      const angle = (-2 * Math.PI * ((p * k) % n)) / n;
      const [re, im] = [Math.cos(angle), Math.sin(angle)];
      table.push(re, re, im, im);
    }
  }
  return table;
}

/**
 * The transform of `[n, lanes]` by passes of the radices given, each from one array into another (Stockham's
 * self-sorting form: no bit reversal, the innermost loop runs along the lanes), compiled to vector
 * instructions. A pass reads the numbers of a group `n/radix` apart and writes them side by side, so that
 * after all passes they stand in order. Source: Van Loan, Computational Frameworks for the Fast Fourier
 * Transform (SIAM, 1992), §1.7.
 */
export function mixedRadix(n: number, lanes: number, radices: readonly number[]): PlannedFft {
  const tables: number[][] = [];
  let left = n;
  for (const radix of radices) {
    tables.push(twiddles(left, radix));
    left /= radix;
  }
  const size = 2 * n * lanes;
  const passNumbers = 4;
  const head = 2 * radices.length;
  const tableSize = tables.reduce((sum, table) => sum + table.length, 0);
  const numbers = head + tableSize + 3 * size;
  const { buffer, kernels } = fourierKernels(8 * numbers);
  const all = new Float64Array(buffer, 0, numbers);
  const passes = new Int32Array(buffer, 0, passNumbers * radices.length);

  let [rest, inner, at] = [n, lanes, head];
  for (const [i, radix] of radices.entries()) {
    const table = tables[i] as number[];
    rest /= radix;
    passes.set([radix, rest, 16 * inner, 8 * at], passNumbers * i);
    all.set(table, at);
    inner *= radix;
    at += table.length;
  }
  const [input, output, work] = [0, 1, 2].map((i) => at + i * size) as [number, number, number];
  const run = (inverse: 0 | 1) =>
    kernels.transform(0, radices.length, 8 * input, 8 * work, 8 * output, inverse);
  return {
    input: all.subarray(input, input + size),
    output: all.subarray(output, output + size),
    forward: () => run(0),
    inverse: () => run(1),
  };
}
