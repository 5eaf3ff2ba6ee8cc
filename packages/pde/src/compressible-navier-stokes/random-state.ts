import { ArgumentError, type Key } from "@eddyflow/core";
import { split, uniform } from "@eddyflow/random";
import { randomWaves, sampleWaves, type Waves } from "../shared/random-waves.ts";
import { checkedGrid, meanMagnitude } from "./turbulent-velocity.ts";

/** What `randomState` needs to know. */
export interface RandomStateOptions {
  /** Mach number M: the mean speed in units of the sound speed √(γT₀). */
  readonly mach: number;
  /** Ratio of specific heats γ; default 5/3. */
  readonly gamma?: number;
  /** Largest whole wavenumber on each axis; default 4. */
  readonly modes?: number;
  /** Whether the perturbations are confined to a random rectangle; left out, half of the keys have one. */
  readonly window?: boolean;
}

/** Width of the window's edges, in fractions of the box. */
const edge = 0.01;

/**
 * A random compressible state, PDEBench's initial condition *Rand*: with w = Σ k^{−½} sin(k·x + φ) over
 * |i|, |j| ≤ `modes`, i·j ≠ 0, independent for each field,
 *
 *   ρ = ρ₀(1 + δρ w/⟨|w|⟩ W),  p = ρ₀T₀(1 + δp w/⟨|w|⟩ W),  v = c w W,
 *
 * ρ₀ and T₀ uniform on [.1, 10], δρ and δp uniform on [.01, .2], c such that ⟨|v|⟩ = M√(γT₀) without window. The
 * window W is 1, or inside a rectangle with edges in [.1, .45] and [.55, .9] of the box and 0 outside, with edges
 * ½ tanh of width .01. Where a perturbation would fall below −0.9 it is scaled to that, so that ρ and p stay positive.
 *
 * It depends on the key, not on the grid: another shape samples the same function, at the centres of its cells.
 *
 * @returns the state `[y, x, channel]` with channels vx, vy, density, pressure.
 * @throws ShapeError unless the shape is `[y, x]`.
 * @throws ArgumentError unless `mach` is ≥ 0 and finite, γ > 1 and `modes` is a whole number ≥ 1 below half the cells of
 *   each axis.
 */
export function randomState(
  key: Key,
  shape: readonly number[],
  { mach, gamma = 5 / 3, modes = 4, window }: RandomStateOptions,
): Float64Array {
  const grid = checkedGrid(shape, modes);
  if (!(mach >= 0 && Number.isFinite(mach) && gamma > 1)) {
    throw new ArgumentError({
      problem: `mach ${mach} with gamma ${gamma} is not usable`,
      expected: "a Mach number, 0 or more, and gamma above 1",
      remedy: "give others",
    });
  }
  const [keyScale, keyWindow, keyX, keyY, keyDensity, keyPressure] = split(key, 6);
  const between = (draw: number | undefined, low: number, high: number) =>
    low + (high - low) * (draw as number);
  const scales = uniform(keyScale, 4);
  const density = between(scales[0], 0.1, 10);
  const temperature = between(scales[1], 0.1, 10);
  const densitySpread = between(scales[2], 0.01, 0.2);
  const pressureSpread = between(scales[3], 0.01, 0.2);
  const draws = uniform(keyWindow, 5);
  const windowed = window ?? (draws[0] as number) < 0.5;
  const [alongY, alongX] = [0, 1].map((axis) =>
    windowed
      ? profile(
          grid[axis] as number,
          between(draws[1 + 2 * axis], 0.1, 0.45),
          between(draws[2 + 2 * axis], 0.55, 0.9),
        )
      : new Float64Array(grid[axis] as number).fill(1),
  ) as [Float64Array, Float64Array];

  const velocity = [randomWaves(keyX, modes), randomWaves(keyY, modes)] as const;
  const speed = (mach * Math.sqrt(gamma * temperature)) / meanMagnitude(velocity);
  const [vx, vy] = velocity.map((waves) => sampleWaves(waves, grid)) as [
    Float64Array,
    Float64Array,
  ];
  const rho = perturbation(randomWaves(keyDensity, modes), grid, densitySpread);
  const p = perturbation(randomWaves(keyPressure, modes), grid, pressureSpread);

  const nx = grid[1];
  const state = new Float64Array(4 * vx.length);
  for (let i = 0; i < vx.length; i++) {
    const inside = (alongY[Math.floor(i / nx)] as number) * (alongX[i % nx] as number);
    state[4 * i] = speed * inside * (vx[i] as number);
    state[4 * i + 1] = speed * inside * (vy[i] as number);
    state[4 * i + 2] = density * (1 + inside * (rho[i] as number));
    state[4 * i + 3] = density * temperature * (1 + inside * (p[i] as number));
  }
  return state;
}

/** `spread`·w/⟨|w|⟩, or less where it would reach below −0.9 somewhere in the box. */
function perturbation(waves: Waves, grid: readonly [number, number], spread: number): Float64Array {
  const cells = 16 * waves.modes;
  const lowest = sampleWaves(waves, [cells, cells]).reduce((low, w) => Math.min(low, w), 0);
  const scale = Math.min(spread / meanMagnitude([waves]), 0.9 / -lowest);
  return sampleWaves(waves, grid).map((w) => Math.max(-0.95, scale * w));
}

/** ½(tanh((x − low)/s) − tanh((x − high)/s)) at n cell centres, in fractions of the box. */
function profile(n: number, low: number, high: number): Float64Array {
  return Float64Array.from({ length: n }, (_, i) => {
    const x = (i + 0.5) / n;
    return 0.5 * (Math.tanh((x - low) / edge) - Math.tanh((x - high) / edge));
  });
}
