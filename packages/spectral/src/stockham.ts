/**
 * One pass of the self-sorting transform of `count` numbers in `lanes` lanes: reads `count/radix` apart and
 * writes groups of `radix`, so that after all passes the numbers stand in order.
 */
type Pass = (out: Float64Array, data: Float64Array) => void;

/** The radices of the passes of n, a 4 last where there is one; null where n has a prime factor above 5. */
export function radicesOf(n: number): readonly number[] | null {
  const radices: number[] = [];
  let rest = n;
  for (const radix of [4, 2, 3, 5]) {
    for (; rest % radix === 0; rest /= radix) radices.push(radix);
  }
  if (rest > 1) return null;
  const last = radices.lastIndexOf(4);
  return last < 0 ? radices : [...radices.toSpliced(last, 1), 4];
}

/** e^{−2πi pk/n} for p < n/radix and 0 < k < radix, interleaved. */
function twiddles(n: number, radix: number): Float64Array {
  const groups = n / radix;
  const table = new Float64Array(2 * groups * (radix - 1));
  let at = 0;
  for (let p = 0; p < groups; p++) {
    for (let k = 1; k < radix; k++) {
      const angle = (-2 * Math.PI * ((p * k) % n)) / n;
      table[at++] = Math.cos(angle);
      table[at++] = Math.sin(angle);
    }
  }
  return table;
}

function radix2(n: number, lanes: number): Pass {
  const table = twiddles(n, 2);
  const width = 2 * lanes;
  const far = (n / 2) * width;
  return (out, data) => {
    for (let p = 0, from = 0, to = 0; p < n / 2; p++, to += width) {
      const wRe = table[2 * p] as number;
      const wIm = table[2 * p + 1] as number;
      for (const end = from + width; from < end; from += 2, to += 2) {
        const aRe = data[from] as number;
        const aIm = data[from + 1] as number;
        const bRe = data[from + far] as number;
        const bIm = data[from + far + 1] as number;
        const re = aRe - bRe;
        const im = aIm - bIm;
        out[to] = aRe + bRe;
        out[to + 1] = aIm + bIm;
        out[to + width] = re * wRe - im * wIm;
        out[to + width + 1] = re * wIm + im * wRe;
      }
    }
  };
}

function radix3(n: number, lanes: number): Pass {
  const table = twiddles(n, 3);
  const width = 2 * lanes;
  const far = (n / 3) * width;
  const sine = Math.sqrt(3) / 2;
  return (out, data) => {
    for (let p = 0, from = 0, to = 0; p < n / 3; p++, to += 2 * width) {
      const w1Re = table[4 * p] as number;
      const w1Im = table[4 * p + 1] as number;
      const w2Re = table[4 * p + 2] as number;
      const w2Im = table[4 * p + 3] as number;
      for (const end = from + width; from < end; from += 2, to += 2) {
        const aRe = data[from] as number;
        const aIm = data[from + 1] as number;
        const bRe = data[from + far] as number;
        const bIm = data[from + far + 1] as number;
        const cRe = data[from + 2 * far] as number;
        const cIm = data[from + 2 * far + 1] as number;
        const sumRe = bRe + cRe;
        const sumIm = bIm + cIm;
        const midRe = aRe - 0.5 * sumRe;
        const midIm = aIm - 0.5 * sumIm;
        // −i·√3/2·(b − c)
        const sideRe = sine * (bIm - cIm);
        const sideIm = sine * (cRe - bRe);
        const oneRe = midRe + sideRe;
        const oneIm = midIm + sideIm;
        const twoRe = midRe - sideRe;
        const twoIm = midIm - sideIm;
        out[to] = aRe + sumRe;
        out[to + 1] = aIm + sumIm;
        out[to + width] = oneRe * w1Re - oneIm * w1Im;
        out[to + width + 1] = oneRe * w1Im + oneIm * w1Re;
        out[to + 2 * width] = twoRe * w2Re - twoIm * w2Im;
        out[to + 2 * width + 1] = twoRe * w2Im + twoIm * w2Re;
      }
    }
  };
}

function radix4(n: number, lanes: number): Pass {
  const table = twiddles(n, 4);
  const width = 2 * lanes;
  const far = (n / 4) * width;
  return (out, data) => {
    for (let p = 0, from = 0, to = 0; p < n / 4; p++, to += 3 * width) {
      const w1Re = table[6 * p] as number;
      const w1Im = table[6 * p + 1] as number;
      const w2Re = table[6 * p + 2] as number;
      const w2Im = table[6 * p + 3] as number;
      const w3Re = table[6 * p + 4] as number;
      const w3Im = table[6 * p + 5] as number;
      for (const end = from + width; from < end; from += 2, to += 2) {
        const aRe = data[from] as number;
        const aIm = data[from + 1] as number;
        const bRe = data[from + far] as number;
        const bIm = data[from + far + 1] as number;
        const cRe = data[from + 2 * far] as number;
        const cIm = data[from + 2 * far + 1] as number;
        const dRe = data[from + 3 * far] as number;
        const dIm = data[from + 3 * far + 1] as number;
        const evenRe = aRe + cRe;
        const evenIm = aIm + cIm;
        const oddRe = bRe + dRe;
        const oddIm = bIm + dIm;
        const gapRe = aRe - cRe;
        const gapIm = aIm - cIm;
        // −i·(b − d)
        const turnRe = bIm - dIm;
        const turnIm = dRe - bRe;
        const oneRe = gapRe + turnRe;
        const oneIm = gapIm + turnIm;
        const twoRe = evenRe - oddRe;
        const twoIm = evenIm - oddIm;
        const threeRe = gapRe - turnRe;
        const threeIm = gapIm - turnIm;
        out[to] = evenRe + oddRe;
        out[to + 1] = evenIm + oddIm;
        out[to + width] = oneRe * w1Re - oneIm * w1Im;
        out[to + width + 1] = oneRe * w1Im + oneIm * w1Re;
        out[to + 2 * width] = twoRe * w2Re - twoIm * w2Im;
        out[to + 2 * width + 1] = twoRe * w2Im + twoIm * w2Re;
        out[to + 3 * width] = threeRe * w3Re - threeIm * w3Im;
        out[to + 3 * width + 1] = threeRe * w3Im + threeIm * w3Re;
      }
    }
  };
}

/** The first pass of radix 4 in a single lane. */
function firstRadix4(n: number): Pass {
  const table = twiddles(n, 4);
  const far = n / 2;
  return (out, data) => {
    for (let from = 0, to = 0, w = 0; from < far; from += 2, to += 8, w += 6) {
      const aRe = data[from] as number;
      const aIm = data[from + 1] as number;
      const bRe = data[from + far] as number;
      const bIm = data[from + far + 1] as number;
      const cRe = data[from + 2 * far] as number;
      const cIm = data[from + 2 * far + 1] as number;
      const dRe = data[from + 3 * far] as number;
      const dIm = data[from + 3 * far + 1] as number;
      const evenRe = aRe + cRe;
      const evenIm = aIm + cIm;
      const oddRe = bRe + dRe;
      const oddIm = bIm + dIm;
      const gapRe = aRe - cRe;
      const gapIm = aIm - cIm;
      const turnRe = bIm - dIm;
      const turnIm = dRe - bRe;
      out[to] = evenRe + oddRe;
      out[to + 1] = evenIm + oddIm;
      turn(out, to + 2, gapRe + turnRe, gapIm + turnIm, table, w);
      turn(out, to + 4, evenRe - oddRe, evenIm - oddIm, table, w + 2);
      turn(out, to + 6, gapRe - turnRe, gapIm - turnIm, table, w + 4);
    }
  };
}

/** The last pass of radix 4, whose twiddle factors are all 1. */
function lastRadix4(lanes: number): Pass {
  const far = 2 * lanes;
  return (out, data) => {
    for (let from = 0; from < far; from += 2) {
      const aRe = data[from] as number;
      const aIm = data[from + 1] as number;
      const bRe = data[from + far] as number;
      const bIm = data[from + far + 1] as number;
      const cRe = data[from + 2 * far] as number;
      const cIm = data[from + 2 * far + 1] as number;
      const dRe = data[from + 3 * far] as number;
      const dIm = data[from + 3 * far + 1] as number;
      const evenRe = aRe + cRe;
      const evenIm = aIm + cIm;
      const oddRe = bRe + dRe;
      const oddIm = bIm + dIm;
      const gapRe = aRe - cRe;
      const gapIm = aIm - cIm;
      const turnRe = bIm - dIm;
      const turnIm = dRe - bRe;
      out[from] = evenRe + oddRe;
      out[from + 1] = evenIm + oddIm;
      out[from + far] = gapRe + turnRe;
      out[from + far + 1] = gapIm + turnIm;
      out[from + 2 * far] = evenRe - oddRe;
      out[from + 2 * far + 1] = evenIm - oddIm;
      out[from + 3 * far] = gapRe - turnRe;
      out[from + 3 * far + 1] = gapIm - turnIm;
    }
  };
}

function radix5(n: number, lanes: number): Pass {
  const table = twiddles(n, 5);
  const width = 2 * lanes;
  const far = (n / 5) * width;
  const [cos1, cos2] = [Math.cos((2 * Math.PI) / 5), Math.cos((4 * Math.PI) / 5)];
  const [sin1, sin2] = [Math.sin((2 * Math.PI) / 5), Math.sin((4 * Math.PI) / 5)];
  return (out, data) => {
    for (let p = 0, from = 0, to = 0; p < n / 5; p++, to += 4 * width) {
      const w = 8 * p;
      for (const end = from + width; from < end; from += 2, to += 2) {
        const aRe = data[from] as number;
        const aIm = data[from + 1] as number;
        const bRe = data[from + far] as number;
        const bIm = data[from + far + 1] as number;
        const cRe = data[from + 2 * far] as number;
        const cIm = data[from + 2 * far + 1] as number;
        const dRe = data[from + 3 * far] as number;
        const dIm = data[from + 3 * far + 1] as number;
        const eRe = data[from + 4 * far] as number;
        const eIm = data[from + 4 * far + 1] as number;
        const outerRe = bRe + eRe;
        const outerIm = bIm + eIm;
        const innerRe = cRe + dRe;
        const innerIm = cIm + dIm;
        const outerGapRe = bRe - eRe;
        const outerGapIm = bIm - eIm;
        const innerGapRe = cRe - dRe;
        const innerGapIm = cIm - dIm;
        const mid1Re = aRe + cos1 * outerRe + cos2 * innerRe;
        const mid1Im = aIm + cos1 * outerIm + cos2 * innerIm;
        const mid2Re = aRe + cos2 * outerRe + cos1 * innerRe;
        const mid2Im = aIm + cos2 * outerIm + cos1 * innerIm;
        // −i times the sines of the differences
        const side1Re = sin1 * outerGapIm + sin2 * innerGapIm;
        const side1Im = -sin1 * outerGapRe - sin2 * innerGapRe;
        const side2Re = sin2 * outerGapIm - sin1 * innerGapIm;
        const side2Im = -sin2 * outerGapRe + sin1 * innerGapRe;
        out[to] = aRe + outerRe + innerRe;
        out[to + 1] = aIm + outerIm + innerIm;
        turn(out, to + width, mid1Re + side1Re, mid1Im + side1Im, table, w);
        turn(out, to + 2 * width, mid2Re + side2Re, mid2Im + side2Im, table, w + 2);
        turn(out, to + 3 * width, mid2Re - side2Re, mid2Im - side2Im, table, w + 4);
        turn(out, to + 4 * width, mid1Re - side1Re, mid1Im - side1Im, table, w + 6);
      }
    }
  };
}

/** Writes (re + i·im) times the factor at `w` of the table. */
function turn(
  out: Float64Array,
  to: number,
  re: number,
  im: number,
  table: Float64Array,
  w: number,
): void {
  const wRe = table[w] as number;
  const wIm = table[w + 1] as number;
  out[to] = re * wRe - im * wIm;
  out[to + 1] = re * wIm + im * wRe;
}

/**
 * The transform of n numbers in each of `lanes` lanes, `[n, lanes]`, by passes of the radices given, each from
 * one array into another (Stockham's self-sorting form: no bit reversal, the innermost loop runs along the
 * lanes). Source: Van Loan, Computational Frameworks for the Fast Fourier Transform (SIAM, 1992), §1.7.
 */
export function stockham(n: number, lanes: number, radices: readonly number[]): Pass {
  const passes: Pass[] = [];
  let [rest, inner] = [n, lanes];
  for (const radix of radices) {
    if (radix === 4 && inner === 1 && rest > 4) passes.push(firstRadix4(rest));
    else if (radix === 4 && rest === 4) passes.push(lastRadix4(inner));
    else if (radix === 4) passes.push(radix4(rest, inner));
    else passes.push((radix === 2 ? radix2 : radix === 3 ? radix3 : radix5)(rest, inner));
    rest /= radix;
    inner *= radix;
  }
  const work = new Float64Array(passes.length > 1 ? 2 * n * lanes : 0);
  return (out, data) => {
    let source = data;
    for (let i = 0; i < passes.length; i++) {
      const target = (passes.length - i) % 2 === 1 ? out : work;
      (passes[i] as Pass)(target, source);
      source = target;
    }
  };
}
