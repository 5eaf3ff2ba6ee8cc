import { ArgumentError, type Key, ShapeError } from "@eddyflow/core";
import { uniform } from "@eddyflow/random";
import { sampleWaves, type Waves, wavevector } from "../shared/random-waves.ts";

/** What `rayleighTaylorInterface` needs to know. */
export interface RayleighTaylorInterfaceOptions {
  /** Atwood number (ρ₂ − ρ₁)/(ρ₂ + ρ₁), in (0, 1). */
  readonly atwood: number;
  /** Mean μ of ln k in the spectrum of the displacement, k in waves per box. */
  readonly mu: number;
  /** Standard deviation σ > 0 of ln k. */
  readonly sigma: number;
  /** Largest phase φmax in [0, π] of a wave at x = y = 0. */
  readonly phaseSpread: number;
  /** Root mean square of the displacement, a length; default 0.01. */
  readonly amplitude?: number;
  /** Width δ of the profile, a length; default 0.03. */
  readonly thickness?: number;
  /** Largest whole wavenumber on each axis; default 16. */
  readonly modes?: number;
  /** Length of the box along each axis, or `[z, y, x]`; default 1. */
  readonly extent?: number | readonly [z: number, y: number, x: number];
}

/**
 * A heavy fluid at rest upon a light one, the initial condition of The Well's Rayleigh–Taylor data:
 *
 *   ρ = ½(ρ₂ + ρ₁) + ½(ρ₂ − ρ₁) tanh((z − ½Z − η(x, y))/δ),  ρ₂ = 1, ρ₁ = (1 − At)/(1 + At),
 *   η = c Σ A(k) cos(2π(i x/X + j y/Y) + φ),  A(k) = exp(−(ln k − μ)²/2σ²)/(kσ√2π),  k = |(i, j)|,
 *
 * over one of each pair ±(i, j) with 0 < max(|i|, |j|) ≤ `modes`, φ uniform on [−φmax, φmax], and c such that η has the
 * root mean square `amplitude`. A small φmax lets all waves meet at the corner x = y = 0.
 *
 * It depends on the key, not on the grid: another shape samples the same function at the centres of its cells, without
 * the waves that it cannot hold (2|i| ≥ nx or 2|j| ≥ ny). Densities are those of The Well, whose mean over its five
 * Atwood numbers they give.
 *
 * @returns the state `[z, y, x, channel]` with channels vx, vy, vz, density.
 * @throws ShapeError unless the shape is `[z, y, x]`.
 * @throws ArgumentError for an Atwood number outside (0, 1), σ, δ or an extent that is not positive, a negative amplitude,
 *   φmax outside [0, π], `modes` that is not a whole number ≥ 1.
 */
export function rayleighTaylorInterface(
  key: Key,
  shape: readonly [nz: number, ny: number, nx: number],
  {
    atwood,
    mu,
    sigma,
    phaseSpread,
    amplitude = 0.01,
    thickness = 0.03,
    modes = 16,
    extent = 1,
  }: RayleighTaylorInterfaceOptions,
): Float64Array {
  if (shape.length !== 3 || !shape.every((n) => Number.isSafeInteger(n) && n > 0)) {
    throw new ShapeError({
      problem: `the shape [${shape.join(", ")}] is not one of a volume`,
      expected: "[z, y, x]",
      remedy: "give the cells along z, y and x",
    });
  }
  const height = typeof extent === "number" ? extent : extent[0];
  const facts = { atwood, mu, sigma, phaseSpread, amplitude, thickness, modes, height };
  const [nz, ny, nx] = shape;
  const displacement = sampleWaves(randomInterface(key, facts, [ny, nx]), [ny, nx]);
  const light = (1 - atwood) / (1 + atwood);
  const state = new Float64Array(4 * nz * ny * nx);
  for (let k = 0; k < nz; k++) {
    const z = ((k + 0.5) / nz - 0.5) * height;
    for (let at = 0; at < ny * nx; at++) {
      const height = Math.tanh((z - (displacement[at] as number)) / thickness);
      state[4 * (k * ny * nx + at) + 3] = 0.5 * (1 + light) + 0.5 * (1 - light) * height;
    }
  }
  return state;
}

type Facts = Required<Omit<RayleighTaylorInterfaceOptions, "extent">> & {
  readonly height: number;
};

/** The waves of the displacement that a grid can hold. */
function randomInterface(key: Key, facts: Facts, [ny, nx]: readonly [number, number]): Waves {
  checkFacts(facts);
  const { mu, sigma, phaseSpread, amplitude, modes } = facts;
  const count = (2 * modes + 1) ** 2;
  const pairs = (count - 1) / 2;
  const draws = uniform(key, pairs);
  // Relative to the largest, since a spectrum that peaks far beyond `modes` is tiny in all of its waves.
  const logs = Array.from({ length: pairs }, (_, pair) => {
    const [i, j] = wavevector(pairs + 1 + pair, modes);
    const log = Math.log(Math.hypot(i, j));
    return -((log - mu) ** 2) / (2 * sigma * sigma) - log;
  });
  const highest = Math.max(...logs);
  const heights = logs.map((log) => Math.exp(log - highest));
  const square = heights.reduce((sum, height) => sum + height * height, 0) / 2;
  const scale = amplitude / Math.sqrt(square);
  const cosines = new Float64Array(count);
  const sines = new Float64Array(count);
  heights.forEach((height, pair) => {
    const index = pairs + 1 + pair;
    const [i, j] = wavevector(index, modes);
    if (2 * Math.abs(i) >= nx || 2 * Math.abs(j) >= ny) return;
    const phase = phaseSpread * (2 * (draws[pair] as number) - 1);
    cosines[index] = scale * height * Math.cos(phase);
    sines[index] = -scale * height * Math.sin(phase);
  });
  return { modes, cosines, sines };
}

function checkFacts({
  atwood,
  mu,
  sigma,
  phaseSpread,
  amplitude,
  thickness,
  modes,
  height,
}: Facts): void {
  const refuse = (name: string, value: number, expected: string) => {
    throw new ArgumentError({
      problem: `${name} ${value} is not usable`,
      expected,
      remedy: `give another ${name}`,
    });
  };
  if (!(atwood > 0 && atwood < 1)) refuse("atwood", atwood, "a number above 0, below 1");
  if (!Number.isFinite(mu)) refuse("mu", mu, "a finite number");
  for (const [name, value] of Object.entries({ sigma, thickness, extent: height })) {
    if (!(Number.isFinite(value) && value > 0)) refuse(name, value, "a positive number");
  }
  if (!(amplitude >= 0 && Number.isFinite(amplitude))) {
    refuse("amplitude", amplitude, "a number, 0 or more");
  }
  if (!(phaseSpread >= 0 && phaseSpread <= Math.PI)) {
    refuse("phaseSpread", phaseSpread, "a number from 0 to π");
  }
  if (!Number.isSafeInteger(modes) || modes < 1)
    refuse("modes", modes, "a whole number, 1 or more");
}
