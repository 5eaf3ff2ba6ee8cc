import { ArgumentError, ShapeError } from "@eddyflow/core";
import { realFft, wavenumbers } from "@eddyflow/spectral";
import { type EtdrkOrder, etdrk } from "../shared/etdrk.ts";
import { heldModes } from "../shared/held-modes.ts";
import type { Stepper } from "../shared/stepper.ts";

/** Whole waves per box along x and along y. */
export type WaveVector = readonly [x: number, y: number];

/** The modes that are forced in most studies of this flow, four of them along one diagonal or one axis. */
export const kolmogorovModes: readonly WaveVector[] = [
  [6, 0],
  [7, 0],
  [5, 5],
  [8, 8],
];

/** What stirs the flow at random. */
export interface RandomForcing {
  /** The modes that are forced, `kolmogorovModes` by default. */
  readonly modes?: readonly WaveVector[];
  /** σ ≥ 0, the strength of the noise; 1 by default. */
  readonly strength?: number;
  /**
   * Standard normal numbers for a step, by the number of steps before it: two for each of the modes, of its cosine and of
   * its sine. Null leaves the step without noise. `(step) => normal(foldIn(key, step), 2 * modes.length)` makes a
   * trajectory a function of its key.
   */
  readonly noise: (step: number) => ArrayLike<number> | null;
}

/** What `kolmogorov2d` needs to know. */
export interface Kolmogorov2dOptions {
  /** Points along each of the two axes; fastest without prime factors above 5. */
  readonly numPoints: number;
  /** Length L of the periodic box along each axis; 2π by default. */
  readonly extent?: number;
  /** ν ≥ 0. */
  readonly viscosity: number;
  /** α ≥ 0, by which all scales slow down alike. */
  readonly drag: number;
  /** Time step. */
  readonly dt: number;
  /** Order in time of everything but the noise; 4 by default. */
  readonly order?: EtdrkOrder;
  /** None by default: a flow that decays. */
  readonly forcing?: RandomForcing;
}

/**
 * Two-dimensional incompressible flow that is stirred at random, in its vorticity ω = ∂v/∂x − ∂u/∂y on a periodic square:
 *
 *   dω = (−∇·(uω) + νΔω − αω) dt + σ Σ_j cos(k_j·x) dW_j + sin(k_j·x) dW′_j,   Δψ = −ω, u = (∂ψ/∂y, −∂ψ/∂x),
 *
 * with Wiener processes W_j, W′_j that are independent of each other. The law of the noise is the same at all points. In the
 * mean over long times what is put in is what is lost, per area, with the enstrophy Z = ½⟨ω²⟩, the energy E = ½⟨‖u‖²⟩ and
 * k_j in radians per length:
 *
 *   ½ σ² Σ_j 1 = 2αZ + ν⟨‖∇ω‖²⟩,   ½ σ² Σ_j 1/‖k_j‖² = 2αE + 2νZ.
 *
 * Fourier pseudospectral, cut to the modes |n| < N/3 of each axis (the two-thirds rule), so that no product is aliased and
 * E and Z are kept by the nonlinear term. That term is ∇·(uω) = (∂²/∂x² − ∂²/∂y²)uv + ∂²/∂x∂y (v² − u²) (Basdevant,
 * J. Comput. Phys. 50 (1983) 209): four real transforms. In time `etdrk`, exact for νΔ − α. The noise is a force that is
 * constant over each step, of the size at which a mode alone has its exact law at any dt. Single paths converge with dt;
 * moments should with dt², which has not been measured. The noise added at the end of the step (exponential Euler–Maruyama: Jentzen and Kloeden, Proc. R.
 * Soc. A 465 (2009) 649) leaves moments an error of order dt. The step is limited by advection, about
 * dt · N · max‖u‖ · 2π/L < 8 at order 4.
 *
 * The state is ω, `[y, x]`, Float64; its mean is taken out. A stepper owns its work arrays, about twelve fields: a step
 * allocates its result only.
 *
 * Source: Chen et al., "Probabilistic forecasting with stochastic interpolants and Föllmer processes" (2024): L = 2π,
 * ν = 1e-3, α = .1, σ = 1 and these modes.
 *
 * @throws ShapeError for a grid without a mode, or a state of another size.
 * @throws ArgumentError for numbers out of range, and for a forced mode that the grid does not hold.
 */
export function kolmogorov2d({
  numPoints: n,
  extent = 2 * Math.PI,
  viscosity,
  drag,
  dt,
  order = 4,
  forcing = { modes: [], noise: () => null },
}: Kolmogorov2dOptions): Stepper {
  const { modes = kolmogorovModes, strength = 1, noise } = forcing;
  checkNumbers({ extent, dt }, { viscosity, drag, strength });
  const fft = realFft([n, n]);
  const largest = Math.ceil(n / 3) - 1;
  if (largest < 1) {
    throw new ShapeError({
      problem: `${n} points along an axis hold no wave`,
      expected: "at least 4",
      remedy: "take a finer grid",
    });
  }
  const rowLength = fft.spectrumShape[1] as number;
  const held = heldModes({ ny: n, rowLength, largest: [largest, largest] });
  const { rows, columns, gridRow } = held;
  const numModes = rows * columns;
  const all = wavenumbers(n, extent);
  const rates = new Float64Array(numModes);
  /** i·alongY·ω̂ is û, and −i·alongX·ω̂ is v̂. */
  const [alongX, alongY] = [new Float64Array(numModes), new Float64Array(numModes)];
  /** (kx² − ky²) and kx·ky. */
  const [difference, product] = [new Float64Array(numModes), new Float64Array(numModes)];
  for (let row = 0, mode = 0; row < rows; row++) {
    const y = all[gridRow[row] as number] as number;
    for (let column = 0; column < columns; column++, mode++) {
      const x = all[column] as number;
      const square = x * x + y * y;
      rates[mode] = -viscosity * square - drag;
      alongX[mode] = mode === 0 ? 0 : x / square;
      alongY[mode] = mode === 0 ? 0 : y / square;
      difference[mode] = x * x - y * y;
      product[mode] = x * y;
    }
  }

  const [spectrum, other] = [0, 1].map(() => new Float64Array(2 * n * rowLength)) as [
    Float64Array,
    Float64Array,
  ];
  const [u, v] = [new Float64Array(n * n), new Float64Array(n * n)];

  /** Writes the modes of i·factor·ω into a spectrum that is zero elsewhere. */
  function spread(w: Float64Array, factor: Float64Array, sign: 1 | -1): void {
    spectrum.fill(0);
    for (let row = 0, mode = 0; row < rows; row++) {
      let to = 2 * rowLength * (gridRow[row] as number);
      for (let column = 0; column < columns; column++, mode++, to += 2) {
        const by = sign * (factor[mode] as number);
        spectrum[to] = -by * (w[2 * mode + 1] as number);
        spectrum[to + 1] = by * (w[2 * mode] as number);
      }
    }
  }

  /** Writes the modes of −∇·(uω) into `out`. */
  function nonlinear(w: Float64Array, out: Float64Array): void {
    spread(w, alongY, 1);
    fft.inverse(spectrum, u);
    spread(w, alongX, -1);
    fft.inverse(spectrum, v);
    for (let i = 0; i < u.length; i++) {
      const [a, b] = [u[i] as number, v[i] as number];
      u[i] = a * b;
      v[i] = b * b - a * a;
    }
    fft.forward(u, spectrum);
    fft.forward(v, other);
    for (let row = 0, mode = 0; row < rows; row++) {
      let from = 2 * rowLength * (gridRow[row] as number);
      for (let column = 0; column < columns; column++, mode++, from += 2) {
        const [p, q] = [difference[mode] as number, product[mode] as number];
        out[2 * mode] = p * (spectrum[from] as number) + q * (other[from] as number);
        out[2 * mode + 1] = p * (spectrum[from + 1] as number) + q * (other[from + 1] as number);
      }
    }
    for (const [at, value] of force) out[at] = (out[at] as number) + value;
  }

  const forced = modes.map((vector) => forcedMode(vector, { largest, rows, columns, n }));
  /** Of each forced mode, the deviation of its noise as a rate over a step, in the scale of the transform. */
  const deviations = forced.map(({ at }) => {
    const rate = rates[at] as number;
    // The deviation after a step, √∫₀ʰ e^{2λs} ds, over what a rate of 1 comes to, ∫₀ʰ e^{λs} ds.
    const grown = (by: number) => (by === 0 ? dt : Math.expm1(by * dt) / by);
    return (0.5 * n * n * strength * Math.sqrt(grown(2 * rate))) / grown(rate);
  });
  /** Where among the numbers of the modes the noise of this step acts, and its rate there. */
  let force: readonly (readonly [at: number, rate: number])[] = [];

  function noiseOf(draws: ArrayLike<number>): typeof force {
    if (draws.length !== 2 * forced.length) {
      throw new ShapeError({
        problem: `the noise of a step has ${draws.length} numbers`,
        expected: `${2 * forced.length}, two for each forced mode`,
        remedy: "draw as many",
      });
    }
    return forced.flatMap(({ at, sign, twin }, j) => {
      // a cos + b sin has the coefficient (a − ib)/2, and its conjugate at −k.
      const re = (deviations[j] as number) * (draws[2 * j] as number);
      const im = -sign * (deviations[j] as number) * (draws[2 * j + 1] as number);
      const own = [[2 * at, re] as const, [2 * at + 1, im] as const];
      return twin === null ? own : [...own, [2 * twin, re] as const, [2 * twin + 1, -im] as const];
    });
  }

  const advanceModes = etdrk({ order, rates, dt, nonlinear });
  const w = new Float64Array(2 * numModes);
  return {
    dt,
    shape: [n, n],
    channels: ["vorticity"],
    step(state, steps = 1, before = 0) {
      if (state.length !== n * n) {
        throw new ShapeError({
          problem: `the state has ${state.length} numbers`,
          expected: `${n * n}, for a grid of ${n} × ${n} points`,
          remedy: "resample it to the grid of the solver",
        });
      }
      fft.forward(state, spectrum);
      held.take(spectrum, w);
      w[0] = 0;
      w[1] = 0;
      for (let step = before; step < before + steps; step++) {
        const draws = noise(step);
        force = draws === null ? [] : noiseOf(draws);
        advanceModes(w);
        held.symmetrise(w);
      }
      held.put(w, spectrum);
      return fft.inverse(spectrum);
    },
  };
}

/** Where a forced mode is stored. */
interface ForcedMode {
  /** Its place among the modes held, kx ≥ 0. */
  readonly at: number;
  /** −1 where that is the place of −k. */
  readonly sign: 1 | -1;
  /** The place of its conjugate, where that is stored too. */
  readonly twin: number | null;
}

function forcedMode(
  [x, y]: WaveVector,
  {
    largest,
    rows,
    columns,
    n,
  }: {
    readonly largest: number;
    readonly rows: number;
    readonly columns: number;
    readonly n: number;
  },
): ForcedMode {
  const fits = (wave: number) => Number.isSafeInteger(wave) && Math.abs(wave) <= largest;
  if (!fits(x) || !fits(y) || (x === 0 && y === 0)) {
    throw new ArgumentError({
      problem: `the forced mode (${x}, ${y}) is not among those that ${n} × ${n} points hold`,
      expected: `whole numbers from −${largest} to ${largest}, not both 0`,
      remedy: "take a finer grid, or force other modes",
    });
  }
  const sign = x < 0 || (x === 0 && y < 0) ? -1 : 1;
  const [column, wave] = [sign * x, sign * y];
  const place = (row: number) => ((row + rows) % rows) * columns + column;
  return { at: place(wave), sign, twin: column === 0 ? place(-wave) : null };
}

function checkNumbers(
  positive: Readonly<Record<string, number>>,
  notNegative: Readonly<Record<string, number>>,
): void {
  const check = (name: string, value: number, ok: boolean, expected: string) => {
    if (Number.isFinite(value) && ok) return;
    throw new ArgumentError({
      problem: `${name} ${value} is not usable`,
      expected,
      remedy: `give another ${name}`,
    });
  };
  for (const [name, value] of Object.entries(positive)) {
    check(name, value, value > 0, "a positive number");
  }
  for (const [name, value] of Object.entries(notNegative)) {
    check(name, value, value >= 0, "0 or a positive number");
  }
}
