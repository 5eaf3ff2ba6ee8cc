import { ShapeError } from "@eddyflow/core";
import { realFft } from "./real-fft.ts";
import { checkShape, sizeOf } from "./shape.ts";

/** A mode that one axis keeps: where it lies before and after, and its weight. */
interface KeptMode {
  readonly from: number;
  readonly to: number;
  readonly weight: number;
}

/**
 * The modes of an axis of n points on one of m, in the order of the full transform. The Nyquist mode of an
 * even axis stands for both ±: halved between them when the axis is refined, their sum when it is coarsened.
 */
function keptModes(n: number, m: number): readonly KeptMode[] {
  const fewer = Math.min(n, m);
  const modes: KeptMode[] = [];
  for (let k = -Math.floor((fewer - 1) / 2); 2 * k < fewer; k++) {
    modes.push({ from: (k + n) % n, to: (k + m) % m, weight: 1 });
  }
  if (fewer % 2 === 0) {
    const nyquist = fewer / 2;
    if (n === m) modes.push({ from: nyquist, to: nyquist, weight: 1 });
    else if (n < m) {
      modes.push({ from: nyquist, to: nyquist, weight: 0.5 });
      modes.push({ from: nyquist, to: m - nyquist, weight: 0.5 });
    } else {
      modes.push({ from: nyquist, to: nyquist, weight: 1 });
      modes.push({ from: n - nyquist, to: nyquist, weight: 1 });
    }
  }
  return modes;
}

/** The same on the half axis; a sum of two conjugates is twice the one that is there, since `inverse` drops the rest. */
function keptHalfModes(n: number, m: number): readonly KeptMode[] {
  const fewer = Math.min(n, m);
  return Array.from({ length: Math.floor(fewer / 2) + 1 }, (_, k) => {
    const nyquist = 2 * k === fewer && n !== m;
    return { from: k, to: k, weight: nyquist ? (n < m ? 0.5 : 2) : 1 };
  });
}

/**
 * A periodic field on another grid of the same box, by Fourier interpolation: refined axes are padded with
 * zero modes, coarsened ones cut at the new Nyquist wavenumber. A field without modes beyond the coarser
 * grid's is reproduced exactly; the mean always is. Cutting is a low-pass filter, not sampling: every
 * second point of a field is another thing.
 *
 * @param field - real, of `shape` (`[…, y, x]`); left unchanged.
 * @throws ShapeError when the shapes differ in the number of axes, or the field does not have the length of `shape`.
 */
export function resample(
  field: Float64Array,
  shape: readonly number[],
  newShape: readonly number[],
): Float64Array {
  checkShape(newShape);
  if (shape.length !== newShape.length) {
    throw new ShapeError({
      problem: `a field of ${shape.length} axes cannot be brought to a grid of ${newShape.length}`,
      expected: `${shape.length} axes in the new shape, as in the old`,
      remedy: "give a new number of points for each axis",
    });
  }
  const old = realFft(shape);
  const fresh = realFft(newShape);
  const source = old.forward(field);
  const target = new Float64Array(2 * sizeOf(fresh.spectrumShape));
  const last = shape.length - 1;
  const axes = shape.map((n, axis) => {
    const m = newShape[axis] as number;
    return axis === last ? keptHalfModes(n, m) : keptModes(n, m);
  });

  const copy = (axis: number, from: number, to: number, weight: number): void => {
    const modes = axes[axis];
    if (modes === undefined) {
      target[2 * to] = (target[2 * to] as number) + weight * (source[2 * from] as number);
      target[2 * to + 1] =
        (target[2 * to + 1] as number) + weight * (source[2 * from + 1] as number);
      return;
    }
    const n = old.spectrumShape[axis] as number;
    const m = fresh.spectrumShape[axis] as number;
    for (const mode of modes) {
      copy(axis + 1, from * n + mode.from, to * m + mode.to, weight * mode.weight);
    }
  };
  const pointRatio = newShape.reduce((ratio, m, axis) => (ratio * m) / (shape[axis] as number), 1);
  copy(0, 0, 0, pointRatio);
  return fresh.inverse(target);
}
