/** Points of the contour integral in the upper half plane, and its radius. */
const contourPoints = 16;
const contourRadius = 1;

/** Coefficients of one step of exponential time differencing, per mode, at z = λh. */
export interface EtdrkCoefficients {
  /** e^z */
  readonly whole: Float64Array;
  /** e^{z/2} */
  readonly half: Float64Array;
  /** h·(e^z − 1)/z, the weight of the nonlinear term held constant over the step. */
  readonly euler: Float64Array;
  /** h·(e^z − 1 − z)/z², the weight of its change over the step. */
  readonly change: Float64Array;
  /** h·(e^{z/2} − 1)/z, the weight of the nonlinear term held constant over half a step. */
  readonly stage: Float64Array;
  /** h·(−4 − z + e^z(4 − 3z + z²))/z³, the weight of the first stage of orders 3 and 4. */
  readonly first: Float64Array;
  /** 2h·(2 + z + e^z(z − 2))/z³, the weight of each of the two middle stages of order 4, half that of order 3. */
  readonly middle: Float64Array;
  /** h·(−4 − 3z − z² + e^z(4 − z))/z³, the weight of the last stage of orders 3 and 4. */
  readonly last: Float64Array;
}

/**
 * The coefficients for u_t = λu + N(u) with real rates λ and step h (Cox and Matthews, J. Comput. Phys. 176
 * (2002) 430, eq. 4, 7, 23–29). Near z = 0 the formulas cancel, so each is the mean over a circle around
 * z = λh of radius 1, at 16 points e^{iπ(j − ½)/16} of the upper half plane whose mirror images add the
 * conjugate (Kassam and Trefethen, SIAM J. Sci. Comput. 26 (2005) 1214, §3).
 */
export function etdrkCoefficients(rates: Float64Array, dt: number): EtdrkCoefficients {
  const whole = rates.map((rate) => Math.exp(rate * dt));
  const half = rates.map((rate) => Math.exp((rate * dt) / 2));
  const euler = new Float64Array(rates.length);
  const change = new Float64Array(rates.length);
  const stage = new Float64Array(rates.length);
  const first = new Float64Array(rates.length);
  const middle = new Float64Array(rates.length);
  const last = new Float64Array(rates.length);
  const weight = dt / contourPoints;
  for (let j = 0; j < contourPoints; j++) {
    const angle = (Math.PI * (j + 0.5)) / contourPoints;
    const offsetRe = contourRadius * Math.cos(angle);
    const im = contourRadius * Math.sin(angle);
    for (let mode = 0; mode < rates.length; mode++) {
      const re = (rates[mode] as number) * dt + offsetRe;
      const squareRe = re * re - im * im;
      const squareIm = 2 * re * im;
      const cubeRe = squareRe * re - squareIm * im;
      const cubeIm = squareRe * im + squareIm * re;
      const norm = re * re + im * im;
      const expRe = Math.exp(re) * Math.cos(im);
      const expIm = Math.exp(re) * Math.sin(im);
      const halfRe = Math.exp(re / 2) * Math.cos(im / 2);
      const halfIm = Math.exp(re / 2) * Math.sin(im / 2);
      /** Re((a + e^z b)/z³) for complex a and b. */
      const overCube = (aRe: number, aIm: number, bRe: number, bIm: number): number => {
        const numeratorRe = aRe + expRe * bRe - expIm * bIm;
        const numeratorIm = aIm + expRe * bIm + expIm * bRe;
        return (numeratorRe * cubeRe + numeratorIm * cubeIm) / norm ** 3;
      };
      const add = (to: Float64Array, value: number) => {
        to[mode] = (to[mode] as number) + weight * value;
      };
      add(euler, ((expRe - 1) * re + expIm * im) / norm);
      add(change, ((expRe - 1 - re) * squareRe + (expIm - im) * squareIm) / norm ** 2);
      add(stage, ((halfRe - 1) * re + halfIm * im) / norm);
      add(first, overCube(-4 - re, -im, 4 - 3 * re + squareRe, -3 * im + squareIm));
      add(middle, 2 * overCube(2 + re, im, re - 2, im));
      add(last, overCube(-4 - 3 * re - squareRe, -3 * im - squareIm, 4 - re, -im));
    }
  }
  return { whole, half, euler, change, stage, first, middle, last };
}

/** Order of accuracy in time, and number of nonlinear terms per step. */
export type EtdrkOrder = 1 | 2 | 3 | 4;

/** What `etdrk` needs to know. */
export interface EtdrkOptions {
  readonly order: EtdrkOrder;
  /** λ of each mode, real, per time. */
  readonly rates: Float64Array;
  /** The step h. */
  readonly dt: number;
  /** Writes the modes of N(u) into `out`, which is another array; `u` must stay as it is. */
  readonly nonlinear: (u: Float64Array, out: Float64Array) => void;
}

/**
 * Exponential time differencing for u_t = λu + N(u), mode by mode, of orders 1 to 4: the linear part is exact,
 * N is a Runge–Kutta polynomial in time (Cox and Matthews, J. Comput. Phys. 176 (2002) 430: ETD1, ETD2RK,
 * ETD3RK, ETD4RK). Modes are complex, interleaved: 2·rates.length numbers.
 *
 * @returns a function that advances the modes it is given by one step, in place. It owns its work arrays.
 */
export function etdrk({ order, rates, dt, nonlinear }: EtdrkOptions): (v: Float64Array) => void {
  const { whole, half, euler, change, stage, first, middle, last } = etdrkCoefficients(rates, dt);
  const size = 2 * rates.length;
  const stages = Array.from({ length: 5 }, () => new Float64Array(size));
  const [a, b, nv, na, nb] = stages as [
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
  ];

  /** to = p·x + q·y */
  function combine(
    to: Float64Array,
    p: Float64Array,
    x: Float64Array,
    q: Float64Array,
    y: Float64Array,
  ): void {
    for (let mode = 0, i = 0; i < size; mode++, i += 2) {
      const atX = p[mode] as number;
      const atY = q[mode] as number;
      to[i] = atX * (x[i] as number) + atY * (y[i] as number);
      to[i + 1] = atX * (x[i + 1] as number) + atY * (y[i + 1] as number);
    }
  }

  /** to = p·x + q·(2y − z) */
  function extrapolate(
    to: Float64Array,
    [p, x, q]: readonly [Float64Array, Float64Array, Float64Array],
    y: Float64Array,
    z: Float64Array,
  ): void {
    for (let mode = 0, i = 0; i < size; mode++, i += 2) {
      const atX = p[mode] as number;
      const atY = q[mode] as number;
      to[i] = atX * (x[i] as number) + atY * (2 * (y[i] as number) - (z[i] as number));
      to[i + 1] =
        atX * (x[i + 1] as number) + atY * (2 * (y[i + 1] as number) - (z[i + 1] as number));
    }
  }

  /** v = e^z·v + first·nv + middle·m + last·l */
  function finish(v: Float64Array, m: Float64Array, l: Float64Array): void {
    for (let mode = 0, i = 0; i < size; mode++, i += 2) {
      const atV = whole[mode] as number;
      const atFirst = first[mode] as number;
      const atMiddle = middle[mode] as number;
      const atLast = last[mode] as number;
      v[i] =
        atV * (v[i] as number) +
        atFirst * (nv[i] as number) +
        atMiddle * (m[i] as number) +
        atLast * (l[i] as number);
      v[i + 1] =
        atV * (v[i + 1] as number) +
        atFirst * (nv[i + 1] as number) +
        atMiddle * (m[i + 1] as number) +
        atLast * (l[i + 1] as number);
    }
  }

  const steps: Readonly<Record<EtdrkOrder, (v: Float64Array) => void>> = {
    1(v) {
      nonlinear(v, nv);
      combine(v, whole, v, euler, nv);
    },
    2(v) {
      nonlinear(v, nv);
      combine(a, whole, v, euler, nv);
      nonlinear(a, na);
      for (let mode = 0, i = 0; i < size; mode++, i += 2) {
        const weight = change[mode] as number;
        v[i] = (a[i] as number) + weight * ((na[i] as number) - (nv[i] as number));
        v[i + 1] = (a[i + 1] as number) + weight * ((na[i + 1] as number) - (nv[i + 1] as number));
      }
    },
    3(v) {
      nonlinear(v, nv);
      combine(a, half, v, stage, nv);
      nonlinear(a, na);
      extrapolate(b, [whole, v, euler], na, nv);
      nonlinear(b, nb);
      for (let i = 0; i < size; i++) na[i] = 2 * (na[i] as number);
      finish(v, na, nb);
    },
    4(v) {
      nonlinear(v, nv);
      combine(a, half, v, stage, nv);
      nonlinear(a, na);
      combine(b, half, v, stage, na);
      nonlinear(b, nb);
      extrapolate(b, [half, a, stage], nb, nv);
      for (let i = 0; i < size; i++) na[i] = (na[i] as number) + (nb[i] as number);
      nonlinear(b, nb);
      finish(v, na, nb);
    },
  };
  return steps[order];
}
