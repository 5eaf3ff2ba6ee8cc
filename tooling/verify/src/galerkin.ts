import type { FourthOrderOperator } from "@eddyflow/pde";

/** A Kuramoto–Sivashinsky equation cut to the modes |n| ≤ `largest` on each axis. */
export interface GalerkinOptions {
  /** Length of the periodic box along each axis; one or two. */
  readonly extent: readonly number[];
  readonly largest: number;
  readonly operator: FourthOrderOperator;
  readonly dt: number;
}

/**
 * The state `steps` steps later by another way than the solver's, to hold it against: the sum
 *
 *   dû_k/dt = (|k|² − D⁴(k))û_k + ½ Σ_{p + q = k} (p·q) û_p û_q,  k ≠ 0,
 *
 * over all pairs of modes, without a transform, advanced by the classical Runge–Kutta method. It is what a
 * pseudospectral solver without aliasing solves; dt is limited by the damping of the largest mode.
 *
 * @param state on n points per axis, n > 2·`largest`; what lies in other modes is cut.
 */
export function galerkin(
  state: Float64Array,
  steps: number,
  { extent, largest, operator, dt }: GalerkinOptions,
): Float64Array {
  const plane = extent.length === 2;
  const n = Math.round(plane ? Math.sqrt(state.length) : state.length);
  const width = 2 * largest + 1;
  const rows = plane ? width : 1;
  const modes = rows * width;
  const kx = new Float64Array(modes);
  const ky = new Float64Array(modes);
  const rates = new Float64Array(modes);
  for (let m = 0; m < modes; m++) {
    kx[m] = (2 * Math.PI * ((m % width) - largest)) / (extent.at(-1) as number);
    if (plane) ky[m] = (2 * Math.PI * (Math.floor(m / width) - largest)) / (extent[0] as number);
    const [x2, y2] = [(kx[m] as number) ** 2, (ky[m] as number) ** 2];
    rates[m] = x2 + y2 - (operator === "biharmonic" ? (x2 + y2) ** 2 : x2 * x2 + y2 * y2);
  }

  function rate(re: Float64Array, im: Float64Array, outRe: Float64Array, outIm: Float64Array) {
    for (let m = 0; m < modes; m++) {
      outRe[m] = (rates[m] as number) * (re[m] as number);
      outIm[m] = (rates[m] as number) * (im[m] as number);
    }
    const middle = plane ? largest : 0;
    for (let p = 0; p < modes; p++) {
      const [pRow, pColumn] = [Math.floor(p / width) - middle, (p % width) - largest];
      const [pRe, pIm] = [re[p] as number, im[p] as number];
      const [px, py] = [kx[p] as number, ky[p] as number];
      for (let row = Math.max(0, pRow); row < Math.min(rows, rows + pRow); row++) {
        for (
          let column = Math.max(0, pColumn);
          column < Math.min(width, width + pColumn);
          column++
        ) {
          const k = row * width + column;
          const q = (row - pRow) * width + column - pColumn;
          const weight = 0.5 * (px * (kx[q] as number) + py * (ky[q] as number));
          const [qRe, qIm] = [re[q] as number, im[q] as number];
          outRe[k] = (outRe[k] as number) + weight * (pRe * qRe - pIm * qIm);
          outIm[k] = (outIm[k] as number) + weight * (pRe * qIm + pIm * qRe);
        }
      }
    }
    const zero = (modes - 1) / 2;
    outRe[zero] = 0;
    outIm[zero] = 0;
  }

  /** e^{2πi·ab/n} summed over the points for the modes, or over the modes for the points. */
  const angle = (m: number, point: number) =>
    (2 * Math.PI * (((m % width) - largest) * (point % n))) / n +
    (plane ? (2 * Math.PI * (Math.floor(m / width) - largest) * Math.floor(point / n)) / n : 0);
  const re = new Float64Array(modes);
  const im = new Float64Array(modes);
  for (let m = 0; m < modes; m++) {
    for (let point = 0; point < state.length; point++) {
      const u = (state[point] as number) / state.length;
      re[m] = (re[m] as number) + u * Math.cos(angle(m, point));
      im[m] = (im[m] as number) - u * Math.sin(angle(m, point));
    }
  }
  const stages = [0, 0.5, 0.5, 1].map((at) => ({
    at,
    re: new Float64Array(modes),
    im: new Float64Array(modes),
  }));
  const [stageRe, stageIm] = [new Float64Array(modes), new Float64Array(modes)];
  for (let step = 0; step < steps; step++) {
    let before: { readonly re: Float64Array; readonly im: Float64Array } = { re, im };
    for (const { at, ...slope } of stages) {
      for (let m = 0; m < modes; m++) {
        stageRe[m] = (re[m] as number) + at * dt * (before.re[m] as number);
        stageIm[m] = (im[m] as number) + at * dt * (before.im[m] as number);
      }
      rate(stageRe, stageIm, slope.re, slope.im);
      before = slope;
    }
    stages.forEach((slope, i) => {
      const share = (dt * (i === 1 || i === 2 ? 2 : 1)) / 6;
      for (let m = 0; m < modes; m++) {
        re[m] = (re[m] as number) + share * (slope.re[m] as number);
        im[m] = (im[m] as number) + share * (slope.im[m] as number);
      }
    });
  }
  return state.map((_, point) => {
    let u = 0;
    for (let m = 0; m < modes; m++) {
      u +=
        (re[m] as number) * Math.cos(angle(m, point)) -
        (im[m] as number) * Math.sin(angle(m, point));
    }
    return u;
  });
}
