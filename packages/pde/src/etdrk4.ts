/** Points of the contour integral in the upper half plane, and its radius. */
const contourPoints = 16;
const contourRadius = 1;

/** Coefficients of one ETDRK4 step, per mode. */
export interface Etdrk4Coefficients {
  /** e^{λh} */
  readonly whole: Float64Array;
  /** e^{λh/2} */
  readonly half: Float64Array;
  /** h·(e^{z/2} − 1)/z at z = λh, the weight of the nonlinear term in the three inner stages. */
  readonly stage: Float64Array;
  /** h·(−4 − z + e^z(4 − 3z + z²))/z³, the weight of the first stage. */
  readonly first: Float64Array;
  /** 2h·(2 + z + e^z(z − 2))/z³, the weight of the two middle stages. */
  readonly middle: Float64Array;
  /** h·(−4 − 3z − z² + e^z(4 − z))/z³, the weight of the last stage. */
  readonly last: Float64Array;
}

/**
 * The coefficients of ETDRK4 for u_t = λu + N(u) with real rates λ and step h (Cox and Matthews, J. Comput.
 * Phys. 176 (2002) 430, eq. 26–29). Near z = 0 the formulas cancel, so each is the mean over a circle around
 * z = λh of radius 1, at 16 points e^{iπ(j − ½)/16} of the upper half plane whose mirror images add the
 * conjugate (Kassam and Trefethen, SIAM J. Sci. Comput. 26 (2005) 1214, §3).
 */
export function etdrk4Coefficients(rates: Float64Array, dt: number): Etdrk4Coefficients {
  const whole = rates.map((rate) => Math.exp(rate * dt));
  const half = rates.map((rate) => Math.exp((rate * dt) / 2));
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
      add(stage, ((halfRe - 1) * re + halfIm * im) / norm);
      add(first, overCube(-4 - re, -im, 4 - 3 * re + squareRe, -3 * im + squareIm));
      add(middle, 2 * overCube(2 + re, im, re - 2, im));
      add(last, overCube(-4 - 3 * re - squareRe, -3 * im - squareIm, 4 - re, -im));
    }
  }
  return { whole, half, stage, first, middle, last };
}
