import { ArgumentError, ShapeError } from "@eddyflow/core";
import { realFft, wavenumbers } from "@eddyflow/spectral";
import { etdrk4Coefficients } from "./etdrk4.ts";
import type { Stepper } from "./stepper.ts";

/** The fourth-order term: Δ² with symbol (kx² + ky²)², or ∂⁴/∂x⁴ + ∂⁴/∂y⁴ with symbol kx⁴ + ky⁴. */
export type FourthOrderOperator = "biharmonic" | "sum-of-fourth-powers";

/** What `kuramotoSivashinsky2d` needs to know. */
export interface KuramotoSivashinsky2dOptions {
  /** Points along each of the two axes. */
  readonly numPoints: number;
  /** Length L of the periodic box along each axis. */
  readonly domainExtent: number;
  /** Time step. */
  readonly dt: number;
  readonly operator: FourthOrderOperator;
}

/**
 * The two-dimensional Kuramoto–Sivashinsky equation on the periodic box [0, L)²,
 *
 *   u_t = −Δu − D⁴u − ½(|∇u|² − ⟨|∇u|²⟩),
 *
 * with D⁴ = Δ² ("biharmonic") or ∂⁴/∂x⁴ + ∂⁴/∂y⁴ ("sum-of-fourth-powers", as in exponax). The two have
 * different statistics: name the one you use. The spatial mean ⟨·⟩ of the nonlinear term is taken out, so
 * that the mean of u stays what it was instead of falling without bound; nothing else depends on it.
 *
 * Fourier pseudospectral in space, dealiased by the 2/3 rule: the solution holds the modes |n| < N/3 of each
 * axis (n whole), all others are cut from the initial state and from the nonlinear term, so that no product
 * of two modes is aliased. ETDRK4 in time (`etdrk4Coefficients`), order 4, the linear part exact. The state
 * is kept real by symmetrising its modes at each step: the anti-Hermitian part of the column kx = 0, which no
 * field shows, would otherwise grow from round-off like e^{t/4} and end the run after some 300 time units.
 *
 * The largest wavenumber kept should be 2 or more, N ≥ L: at L = 120 and dt = .2 the standard deviation was
 * 4.1 with N = 128 and 4.4 with 192, but 10.5 with 96, and N ≤ 80 diverged.
 *
 * States are `[y, x]`, Float64. A stepper owns its work arrays (about ten fields): a step allocates its
 * result only.
 *
 * @throws ArgumentError for an extent or step that is not positive and finite, an unknown operator, or a grid
 *   so coarse that its modes |n| < N/3 all grow (linearly unstable, |k| < 1) and none is damped.
 */
export function kuramotoSivashinsky2d({
  numPoints: n,
  domainExtent,
  dt,
  operator,
}: KuramotoSivashinsky2dOptions): Stepper {
  checkOptions({ numPoints: n, domainExtent, dt, operator });
  const shape = [n, n] as const;
  const fft = realFft(shape);
  const rowLength = fft.spectrumShape[1] as number;
  const largest = Math.ceil(n / 3) - 1;
  const columns = largest + 1;
  const rows = 2 * largest + 1;
  const modes = rows * columns;

  // Of the spectrum only the modes |n| < N/3 are held, row by row; place[m] is where mode m lies in the full one.
  const k = wavenumbers(n, domainExtent);
  const kx = new Float64Array(modes);
  const ky = new Float64Array(modes);
  const rates = new Float64Array(modes);
  const place = new Int32Array(modes);
  for (let mode = 0; mode < modes; mode++) {
    const row = Math.floor(mode / columns);
    const fullRow = row <= largest ? row : n - rows + row;
    const x = k[mode % columns] as number;
    const y = k[fullRow] as number;
    kx[mode] = x;
    ky[mode] = y;
    place[mode] = 2 * (fullRow * rowLength + (mode % columns));
    const damping = operator === "biharmonic" ? (x * x + y * y) ** 2 : x ** 4 + y ** 4;
    rates[mode] = x * x + y * y - damping;
  }
  const { whole, half, stage, first, middle, last } = etdrk4Coefficients(rates, dt);

  const gradientX = new Float64Array(2 * n * rowLength);
  const gradientY = new Float64Array(2 * n * rowLength);
  const spectrum = new Float64Array(2 * n * rowLength);
  const fieldX = new Float64Array(n * n);
  const fieldY = new Float64Array(n * n);
  const v = new Float64Array(2 * modes);
  const a = new Float64Array(2 * modes);
  const b = new Float64Array(2 * modes);
  const nv = new Float64Array(2 * modes);
  const na = new Float64Array(2 * modes);
  const nb = new Float64Array(2 * modes);

  /** Writes the modes of −½|∇u|², without its mean, into `out`. */
  function nonlinear(u: Float64Array, out: Float64Array): void {
    for (let mode = 0; mode < modes; mode++) {
      const re = u[2 * mode] as number;
      const im = u[2 * mode + 1] as number;
      const x = kx[mode] as number;
      const y = ky[mode] as number;
      const at = place[mode] as number;
      gradientX[at] = -x * im;
      gradientX[at + 1] = x * re;
      gradientY[at] = -y * im;
      gradientY[at + 1] = y * re;
    }
    fft.inverse(gradientX, fieldX);
    fft.inverse(gradientY, fieldY);
    for (let i = 0; i < n * n; i++) {
      fieldX[i] = -0.5 * ((fieldX[i] as number) ** 2 + (fieldY[i] as number) ** 2);
    }
    fft.forward(fieldX, spectrum);
    for (let mode = 0; mode < modes; mode++) {
      const at = place[mode] as number;
      out[2 * mode] = spectrum[at] as number;
      out[2 * mode + 1] = spectrum[at + 1] as number;
    }
    out[0] = 0;
    out[1] = 0;
  }

  function advanceModes(): void {
    nonlinear(v, nv);
    for (let i = 0; i < 2 * modes; i++) {
      const mode = i >> 1;
      a[i] =
        (half[mode] as number) * (v[i] as number) + (stage[mode] as number) * (nv[i] as number);
    }
    nonlinear(a, na);
    for (let i = 0; i < 2 * modes; i++) {
      const mode = i >> 1;
      b[i] =
        (half[mode] as number) * (v[i] as number) + (stage[mode] as number) * (na[i] as number);
    }
    nonlinear(b, nb);
    for (let i = 0; i < 2 * modes; i++) {
      const mode = i >> 1;
      const slope = 2 * (nb[i] as number) - (nv[i] as number);
      b[i] = (half[mode] as number) * (a[i] as number) + (stage[mode] as number) * slope;
      na[i] = (na[i] as number) + (nb[i] as number);
    }
    nonlinear(b, nb);
    for (let i = 0; i < 2 * modes; i++) {
      const mode = i >> 1;
      v[i] =
        (whole[mode] as number) * (v[i] as number) +
        (first[mode] as number) * (nv[i] as number) +
        (middle[mode] as number) * (na[i] as number) +
        (last[mode] as number) * (nb[i] as number);
    }
    symmetrise();
  }

  /** Makes the column kx = 0 that of a real field: v(0, −ky) = v̄(0, ky). */
  function symmetrise(): void {
    v[1] = 0;
    for (let row = 1; row <= largest; row++) {
      const plus = 2 * row * columns;
      const minus = 2 * (rows - row) * columns;
      const re = 0.5 * ((v[plus] as number) + (v[minus] as number));
      const im = 0.5 * ((v[plus + 1] as number) - (v[minus + 1] as number));
      v[plus] = re;
      v[plus + 1] = im;
      v[minus] = re;
      v[minus + 1] = -im;
    }
  }

  return {
    dt,
    shape,
    channels: ["u"],
    step(state, steps = 1) {
      if (state.length !== n * n) {
        throw new ShapeError({
          problem: `the state has ${state.length} numbers`,
          expected: `${n * n}, for a grid of ${n} × ${n} points`,
          remedy: "resample it to the grid of the solver",
        });
      }
      fft.forward(state, spectrum);
      for (let mode = 0; mode < modes; mode++) {
        const at = place[mode] as number;
        v[2 * mode] = spectrum[at] as number;
        v[2 * mode + 1] = spectrum[at + 1] as number;
      }
      for (let i = 0; i < steps; i++) advanceModes();
      spectrum.fill(0);
      for (let mode = 0; mode < modes; mode++) {
        const at = place[mode] as number;
        spectrum[at] = v[2 * mode] as number;
        spectrum[at + 1] = v[2 * mode + 1] as number;
      }
      return fft.inverse(spectrum);
    },
  };
}

function checkOptions({
  numPoints,
  domainExtent,
  dt,
  operator,
}: KuramotoSivashinsky2dOptions): void {
  for (const [name, value] of Object.entries({ domainExtent, dt })) {
    if (!(Number.isFinite(value) && value > 0)) {
      throw new ArgumentError({
        problem: `${name} ${value} is not usable`,
        expected: "a positive number",
        remedy: `give another ${name}`,
      });
    }
  }
  if (operator !== "biharmonic" && operator !== "sum-of-fourth-powers") {
    throw new ArgumentError({
      problem: `unknown operator "${operator as string}"`,
      expected: '"biharmonic" or "sum-of-fourth-powers"',
      remedy: "give one of the two",
    });
  }
  // |k| > 1 is damped: the largest mode kept, below N/3, must lie beyond.
  const fewest = 3 * Math.floor(domainExtent / (2 * Math.PI)) + 4;
  if (!Number.isSafeInteger(numPoints) || numPoints < fewest) {
    throw new ArgumentError({
      problem: `numPoints ${numPoints} is too coarse for a box of length ${domainExtent}`,
      expected: `a whole number, ${fewest} or more, so that some modes are damped`,
      remedy: "take a finer grid; a resampled state can start on it",
    });
  }
}
