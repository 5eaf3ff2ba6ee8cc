import { isEddyflowError } from "@eddyflow/core";
import { expect, test } from "vitest";
import { realFft } from "./real-fft.ts";
import { sizeOf } from "./shape.ts";

const lengths = [1, 2, 3, 5, 8, 12, 16, 30];
const shapes: readonly (readonly number[])[] = [
  ...lengths.map((n) => [n]),
  ...lengths.map((n) => [n, 8]),
  ...lengths.map((n) => [3, n]),
  [30, 30],
  [16, 12],
  ...lengths.map((n) => [2, 3, n]),
  ...lengths.map((n) => [n, 2, 5]),
  [3, 8, 12],
];

/** Numbers without any symmetry, the same at each call. */
function someField(size: number): Float64Array {
  return Float64Array.from({ length: size }, (_, i) => Math.sin(12.9898 * (i + 1) ** 1.3) + 0.3);
}

/** The half spectrum by its definition, O(n²), one axis after the other. */
function naiveSpectrum(field: Float64Array, shape: readonly number[]): Float64Array {
  let re: number[] = Array.from(field);
  let im: number[] = re.map(() => 0);
  shape.forEach((n, axis) => {
    const inner = sizeOf(shape.slice(axis + 1));
    const newRe = re.map(() => 0);
    const newIm = re.map(() => 0);
    for (let at = 0; at < re.length; at++) {
      const k = Math.floor(at / inner) % n;
      for (let j = 0; j < n; j++) {
        const from = at + (j - k) * inner;
        const angle = (-2 * Math.PI * ((j * k) % n)) / n;
        const [x = 0, y = 0] = [re[from], im[from]];
        newRe[at] = (newRe[at] ?? 0) + x * Math.cos(angle) - y * Math.sin(angle);
        newIm[at] = (newIm[at] ?? 0) + x * Math.sin(angle) + y * Math.cos(angle);
      }
    }
    re = newRe;
    im = newIm;
  });
  const n = shape.at(-1) ?? 1;
  const kept = [...re.keys()].filter((at) => at % n <= n / 2);
  return Float64Array.from(kept.flatMap((at) => [re[at] ?? 0, im[at] ?? 0]));
}

function largestDifference(a: Float64Array, b: Float64Array): number {
  expect(a.length).toBe(b.length);
  return a.reduce((largest, x, i) => Math.max(largest, Math.abs(x - (b[i] ?? Number.NaN))), 0);
}

test.for(shapes)("the spectrum of a field of shape %s is the defining sum", (shape) => {
  const field = someField(sizeOf(shape));
  const fft = realFft(shape);
  const spectrum = fft.forward(field);
  expect(2 * sizeOf(fft.spectrumShape)).toBe(spectrum.length);
  expect(largestDifference(spectrum, naiveSpectrum(field, shape))).toBeLessThan(1e-11);
});

test.for(shapes)("a field of shape %s comes back, and its spectrum is untouched", (shape) => {
  const field = someField(sizeOf(shape));
  const fft = realFft(shape);
  const spectrum = fft.forward(field);
  const kept = spectrum.slice();
  expect(largestDifference(fft.inverse(spectrum), field)).toBeLessThan(1e-13);
  expect(spectrum).toEqual(kept);
});

test("a long axis that is no power of two keeps its digits", () => {
  const field = someField(2 * 1009);
  const fft = realFft([2, 1009]);
  expect(largestDifference(fft.inverse(fft.forward(field)), field)).toBeLessThan(1e-13);
});

test("results go into the array that is given", () => {
  const fft = realFft([4, 6]);
  const spectrum = new Float64Array(2 * 4 * 4);
  const field = new Float64Array(24);
  expect(fft.forward(someField(24), spectrum)).toBe(spectrum);
  expect(fft.inverse(spectrum, field)).toBe(field);
  expect(largestDifference(field, someField(24))).toBeLessThan(1e-13);
});

test("the second transform of a plan does not see the first", () => {
  const fft = realFft([6, 10]);
  const first = fft.forward(someField(60));
  fft.inverse(first.map((x) => 3 * x + 1));
  expect(fft.forward(someField(60))).toEqual(first);
  expect(fft.forward(new Float64Array(60)).every((x) => x === 0)).toBe(true);
});

test("the part of a spectrum that no real field has is ignored", () => {
  const fft = realFft([4, 4]);
  const spectrum = fft.forward(someField(16));
  const disturbed = spectrum.slice();
  // Wavenumbers (1, 0) and (−1, 0) hold conjugates; adding the same imaginary number to both is anti-Hermitian.
  disturbed[2 * 3 * 1 + 1] = (disturbed[2 * 3 * 1 + 1] ?? 0) + 5;
  disturbed[2 * 3 * 3 + 1] = (disturbed[2 * 3 * 3 + 1] ?? 0) + 5;
  expect(largestDifference(fft.inverse(disturbed), someField(16))).toBeLessThan(1e-13);
});

test("a shape or length that does not fit is a ShapeError", () => {
  const wrong = [
    () => realFft([]),
    () => realFft([4, 0]),
    () => realFft([2.5]),
    () => realFft([4, 4]).forward(new Float64Array(15)),
    () => realFft([4, 4]).forward(new Float64Array(16), new Float64Array(16)),
    () => realFft([4, 4]).inverse(new Float64Array(16)),
  ];
  for (const call of wrong) {
    let caught: unknown;
    try {
      call();
    } catch (error) {
      caught = error;
    }
    expect(isEddyflowError(caught, "ShapeError")).toBe(true);
  }
});
