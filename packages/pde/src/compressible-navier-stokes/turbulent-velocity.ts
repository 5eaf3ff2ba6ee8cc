import { ArgumentError, type Key, ShapeError } from "@eddyflow/core";
import { split } from "@eddyflow/random";
import { randomWaves, sampleWaves, type Waves, wavevector } from "../shared/random-waves.ts";

/** What `turbulentVelocity` needs to know. */
export interface TurbulentVelocityOptions {
  /** Mach number M = 1/c of the velocity scale 1. */
  readonly mach: number;
  /** Ratio of specific heats γ; default 5/3. */
  readonly gamma?: number;
  /** Largest whole wavenumber on each axis; default 4. */
  readonly modes?: number;
  /**
   * `"solenoidal"` (default) leaves no divergence. `"shifted"` is what PDEBench's published data were made with:
   * its projection takes every wavenumber one too low, so sound of several times the strength remains.
   */
  readonly projection?: "solenoidal" | "shifted";
}

/** Cells per axis of the grid on which speeds are averaged, whatever the grid asked for. */
const referenceCells = 64;

/**
 * A random velocity in a gas at uniform density and pressure, PDEBench's initial condition *Turb*:
 *
 *   v = c P Σ k^{−½} sin(k·x + φ) over |i|, |j| ≤ `modes`, i·j ≠ 0, φ uniform per wave and component,
 *   ρ = 1, p = 1/(M²γ),
 *
 * with P the Helmholtz projection P(n)v̂ = v̂ − n(n·v̂)/|n|² at the whole wavevector n = (i, j), and c such that the
 * mean of |v| is 1. With `projection: "shifted"` it is ½(P(n − (1, 1)) + P(n + (1, 1))) instead: what projecting
 * at n − (1, 1) and keeping the real part comes to.
 *
 * It depends on the key, not on the grid: another shape samples the same function, at the centres of its cells.
 *
 * @returns the state `[y, x, channel]` with channels vx, vy, density, pressure.
 * @throws ShapeError unless the shape is `[y, x]`.
 * @throws ArgumentError unless `mach` is positive, γ > 1 and `modes` is a whole number ≥ 1 below half the cells of each
 *   axis.
 */
export function turbulentVelocity(
  key: Key,
  shape: readonly number[],
  { mach, gamma = 5 / 3, modes = 4, projection = "solenoidal" }: TurbulentVelocityOptions,
): Float64Array {
  const grid = checkedGrid(shape, modes);
  if (!(mach > 0 && Number.isFinite(mach) && gamma > 1)) {
    throw new ArgumentError({
      problem: `mach ${mach} with gamma ${gamma} is not usable`,
      expected: "a positive Mach number and gamma above 1",
      remedy: "give others",
    });
  }
  if (projection !== "solenoidal" && projection !== "shifted") {
    throw new ArgumentError({
      problem: `unknown projection "${projection as string}"`,
      expected: '"solenoidal" or "shifted"',
      remedy: "give one of the two",
    });
  }
  const [keyX, keyY] = split(key);
  const shifts = projection === "shifted" ? [-1, 1] : [0];
  const waves = [randomWaves(keyX, modes), randomWaves(keyY, modes)] as const;
  project(waves[0].cosines, waves[1].cosines, modes, shifts);
  project(waves[0].sines, waves[1].sines, modes, shifts);
  const [vx, vy] = waves.map((wave) => sampleWaves(wave, grid)) as [Float64Array, Float64Array];
  const scale = 1 / meanMagnitude(waves);
  const pressure = 1 / (mach * mach * gamma);
  const state = new Float64Array(4 * vx.length);
  for (let i = 0; i < vx.length; i++) {
    state[4 * i] = scale * (vx[i] as number);
    state[4 * i + 1] = scale * (vy[i] as number);
    state[4 * i + 2] = 1;
    state[4 * i + 3] = pressure;
  }
  return state;
}

/** The mean over the box of the magnitude of the vector whose components are sums of waves. */
export function meanMagnitude(components: readonly Waves[]): number {
  const cells = Math.max(referenceCells, 8 * (components[0] as Waves).modes);
  const fields = components.map((waves) => sampleWaves(waves, [cells, cells]));
  let sum = 0;
  for (let i = 0; i < cells * cells; i++) sum += Math.hypot(...fields.map((f) => f[i] as number));
  return sum / (cells * cells);
}

/** The shape as `[y, x]`, if it can hold the modes. */
export function checkedGrid(shape: readonly number[], modes: number): readonly [number, number] {
  const [ny, nx] = shape;
  if (shape.length !== 2 || ny === undefined || nx === undefined) {
    throw new ShapeError({
      problem: `the shape [${shape.join(", ")}] is not one of a plane`,
      expected: "[y, x]",
      remedy: "give the cells along y and x",
    });
  }
  const fits = Number.isSafeInteger(ny) && Number.isSafeInteger(nx) && Math.min(ny, nx) > 2 * modes;
  if (!Number.isSafeInteger(modes) || modes < 1 || !fits) {
    throw new ArgumentError({
      problem: `modes ${modes} does not fit a grid of shape [${shape.join(", ")}]`,
      expected: "a whole number, at least 1 and below half the points of each axis",
      remedy: "take fewer modes or a finer grid",
    });
  }
  return [ny, nx];
}

/** Replaces (x, y), wave by wave, by the mean of its projections P(n + (s, s)) over the shifts s. */
function project(x: Float64Array, y: Float64Array, modes: number, shifts: readonly number[]): void {
  for (let index = 0; index < x.length; index++) {
    const [i, j] = wavevector(index, modes);
    let alongX = 0;
    let alongY = 0;
    for (const shift of shifts) {
      const [a, b] = [i + shift, j + shift];
      const square = a * a + b * b;
      if (square === 0) continue;
      const along =
        (a * (x[index] as number) + b * (y[index] as number)) / (square * shifts.length);
      alongX += a * along;
      alongY += b * along;
    }
    x[index] = (x[index] as number) - alongX;
    y[index] = (y[index] as number) - alongY;
  }
}
