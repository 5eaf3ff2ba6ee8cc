import { complexFft } from "./complex-fft.ts";
import type { PlannedFft } from "./planned-fft.ts";
import { checkLength, checkShape, sizeOf } from "./shape.ts";

/** A planned transform between a real field and half of its spectrum. */
export interface RealFft {
  /** Points per axis of the field, `[…, y, x]`. */
  readonly shape: readonly number[];
  /** Complex numbers per axis of the spectrum: as `shape`, with n/2 + 1 (rounded down) on the last axis. */
  readonly spectrumShape: readonly number[];
  /**
   * û_k = Σ_j u_j e^{−2πi k·j/n}, unscaled, as interleaved real and imaginary parts; the wavenumbers that are
   * left out are the conjugates û_{−k} = û̄_k. Writes into `out` and allocates nothing where it is given.
   *
   * @throws ShapeError when the length of `field` or `out` does not fit.
   */
  forward(field: Float64Array, out?: Float64Array): Float64Array;
  /**
   * u_j = (1/N) Σ_k û_k e^{2πi k·j/n} over the whole spectrum, N the number of points: the inverse of
   * `forward`. What no real field can have (an anti-Hermitian part where the last wavenumber is 0 or n/2) is
   * ignored. `spectrum` is unchanged. Writes into `out` and allocates nothing where it is given.
   *
   * @throws ShapeError when the length of `spectrum` or `out` does not fit.
   */
  inverse(spectrum: Float64Array, out?: Float64Array): Float64Array;
}

/** One axis of an array of complex numbers seen as `[outer, n, inner]`. */
interface Axis {
  readonly outer: number;
  readonly n: number;
  readonly inner: number;
  /** Of `lanes` neighbouring lines at a time. */
  readonly fft: PlannedFft;
  readonly lanes: number;
}

/** Neighbouring lines that are transformed together, for as long as there are so many. */
const linesTogether = 8;

/**
 * Plans the real Fourier transform of fields of `shape`, for any number of axes of any length (fastest
 * without prime factors above 5). Tables and work arrays are made here, once; a plan holds about one field.
 *
 * Real rows are transformed in pairs, as real and imaginary part of one complex row, and lines that hold
 * only zeros are skipped: a spectrum cut for dealiasing costs less.
 *
 * @throws ShapeError when an axis has no positive whole number of points.
 */
export function realFft(shape: readonly number[]): RealFft {
  checkShape(shape);
  const n = shape.at(-1) as number;
  const half = Math.floor(n / 2) + 1;
  const spectrumShape = [...shape.slice(0, -1), half];
  const size = sizeOf(shape);
  const spectrumSize = 2 * sizeOf(spectrumShape);
  const rows = size / n;

  const { input: line, output: image, forward, inverse } = complexFft(n);
  const otherAxes: readonly Axis[] = shape.slice(0, -1).map((length, axis) => {
    const inner = sizeOf(spectrumShape.slice(axis + 1));
    // As many in each group, as far as possible.
    const lanes = Math.ceil(inner / Math.ceil(inner / linesTogether));
    const outer = sizeOf(shape.slice(0, axis));
    return { outer, n: length, inner, lanes, fft: complexFft(length, lanes) };
  });
  const work = new Float64Array(otherAxes.length > 0 ? spectrumSize : 0);

  /** Transforms every line along an axis. */
  function transformAxis(
    { outer, n, inner, lanes, fft }: Axis,
    source: Float64Array,
    target: Float64Array,
    direction: "forward" | "inverse",
  ): void {
    const { input, output } = fft;
    const stride = 2 * inner;
    for (let block = 0; block < outer; block++) {
      for (let first = 0; first < inner; first += lanes) {
        const start = block * n * stride + 2 * first;
        const width = 2 * Math.min(lanes, inner - first);
        let occupied = false;
        for (let j = 0, from = start, to = 0; j < n; j++, from += stride, to += 2 * lanes) {
          for (let i = 0; i < width; i++) {
            const value = source[from + i] as number;
            input[to + i] = value;
            occupied ||= value !== 0;
          }
        }
        if (occupied) fft[direction]();
        const result = occupied ? output : input;
        for (let j = 0, from = 0, to = start; j < n; j++, from += 2 * lanes, to += stride) {
          for (let i = 0; i < width; i++) target[to + i] = result[from + i] as number;
        }
      }
    }
  }

  function forwardRows(field: Float64Array, out: Float64Array): void {
    for (let row = 0; row < rows; row += 2) {
      const paired = row + 1 < rows;
      const a = row * n;
      const b = a + n;
      for (let j = 0; j < n; j++) {
        line[2 * j] = field[a + j] as number;
        line[2 * j + 1] = paired ? (field[b + j] as number) : 0;
      }
      forward();
      // Z = A + iB with A and B Hermitian: A_k = (Z_k + Z̄_{−k})/2 and B_k = (Z_k − Z̄_{−k})/2i.
      const spectrumA = 2 * row * half;
      const spectrumB = spectrumA + 2 * half;
      for (let k = 0; k < half; k++) {
        const mirrored = 2 * (k === 0 ? 0 : n - k);
        const re = image[2 * k] as number;
        const im = image[2 * k + 1] as number;
        const mirroredRe = image[mirrored] as number;
        const mirroredIm = image[mirrored + 1] as number;
        out[spectrumA + 2 * k] = 0.5 * (re + mirroredRe);
        out[spectrumA + 2 * k + 1] = 0.5 * (im - mirroredIm);
        if (paired) {
          out[spectrumB + 2 * k] = 0.5 * (im + mirroredIm);
          out[spectrumB + 2 * k + 1] = 0.5 * (mirroredRe - re);
        }
      }
    }
  }

  function inverseRows(spectrum: Float64Array, out: Float64Array): void {
    const scale = 1 / size;
    for (let row = 0; row < rows; row += 2) {
      const paired = row + 1 < rows;
      const spectrumA = 2 * row * half;
      const spectrumB = spectrumA + 2 * half;
      for (let k = 0; k < half; k++) {
        const reA = spectrum[spectrumA + 2 * k] as number;
        const imA = spectrum[spectrumA + 2 * k + 1] as number;
        const reB = paired ? (spectrum[spectrumB + 2 * k] as number) : 0;
        const imB = paired ? (spectrum[spectrumB + 2 * k + 1] as number) : 0;
        // The spectrum of A + iB, whose other half is Ā + iB̄.
        if (k === 0 || 2 * k === n) {
          line[2 * k] = reA;
          line[2 * k + 1] = reB;
        } else {
          line[2 * k] = reA - imB;
          line[2 * k + 1] = imA + reB;
          line[2 * (n - k)] = reA + imB;
          line[2 * (n - k) + 1] = reB - imA;
        }
      }
      inverse();
      const a = row * n;
      const b = a + n;
      for (let j = 0; j < n; j++) {
        out[a + j] = (image[2 * j] as number) * scale;
        if (paired) out[b + j] = (image[2 * j + 1] as number) * scale;
      }
    }
  }

  return {
    shape: [...shape],
    spectrumShape,
    forward(field, out = new Float64Array(spectrumSize)) {
      checkLength("field", field, size, shape);
      checkLength("spectrum", out, spectrumSize, shape);
      forwardRows(field, out);
      for (const axis of otherAxes) transformAxis(axis, out, out, "forward");
      return out;
    },
    inverse(spectrum, out = new Float64Array(size)) {
      checkLength("spectrum", spectrum, spectrumSize, shape);
      checkLength("field", out, size, shape);
      let source = spectrum;
      for (const axis of otherAxes) {
        transformAxis(axis, source, work, "inverse");
        source = work;
      }
      inverseRows(source, out);
      return out;
    },
  };
}
