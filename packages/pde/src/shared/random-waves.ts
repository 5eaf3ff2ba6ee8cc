import type { Key } from "@eddyflow/core";
import { uniform } from "@eddyflow/random";

/** A sum of plane waves Σ aᵢⱼ cos(2π(ix + jy)) + bᵢⱼ sin(2π(ix + jy)), x and y in fractions of the box. */
export interface Waves {
  /** Largest whole wavenumber of each axis. */
  readonly modes: number;
  /** aᵢⱼ at [(j + modes)·(2·modes + 1) + i + modes]. */
  readonly cosines: Float64Array;
  /** bᵢⱼ likewise. */
  readonly sines: Float64Array;
}

/** The wavevector (i, j) of the wave at `index`. */
export function wavevector(index: number, modes: number): readonly [i: number, j: number] {
  const width = 2 * modes + 1;
  return [(index % width) - modes, Math.floor(index / width) - modes];
}

/**
 * Waves with amplitude k^{−½}, k = 2π|(i, j)|, and random phases φ: Σ k^{−½} sin(k·x + φ) over |i|, |j| ≤ `modes` with
 * i·j ≠ 0, the random field of PDEBench's initial conditions.
 */
export function randomWaves(key: Key, modes: number): Waves {
  const count = (2 * modes + 1) ** 2;
  const phases = uniform(key, count);
  const cosines = new Float64Array(count);
  const sines = new Float64Array(count);
  for (let index = 0; index < count; index++) {
    const [i, j] = wavevector(index, modes);
    if (i === 0 || j === 0) continue;
    const amplitude = (2 * Math.PI * Math.hypot(i, j)) ** -0.5;
    const phase = 2 * Math.PI * (phases[index] as number);
    cosines[index] = amplitude * Math.sin(phase);
    sines[index] = amplitude * Math.cos(phase);
  }
  return { modes, cosines, sines };
}

/** The values of waves at the centres of `[y, x]` cells. */
export function sampleWaves(
  { modes, cosines, sines }: Waves,
  [ny, nx]: readonly [number, number],
): Float64Array {
  const width = 2 * modes + 1;
  const [cosX, sinX] = tables(nx, modes);
  const [cosY, sinY] = tables(ny, modes);
  const field = new Float64Array(ny * nx);
  const a = new Float64Array(width);
  const b = new Float64Array(width);
  for (let row = 0; row < ny; row++) {
    // Along a row, Σᵢ Aᵢ cos(2πix) + Bᵢ sin(2πix).
    a.fill(0);
    b.fill(0);
    for (let index = 0; index < width * width; index++) {
      const i = index % width;
      const j = row * width + Math.floor(index / width);
      const c = cosines[index] as number;
      const s = sines[index] as number;
      a[i] = (a[i] as number) + c * (cosY[j] as number) + s * (sinY[j] as number);
      b[i] = (b[i] as number) + s * (cosY[j] as number) - c * (sinY[j] as number);
    }
    for (let column = 0; column < nx; column++) {
      let sum = 0;
      for (let i = 0; i < width; i++) {
        const at = column * width + i;
        sum += (a[i] as number) * (cosX[at] as number) + (b[i] as number) * (sinX[at] as number);
      }
      field[row * nx + column] = sum;
    }
  }
  return field;
}

/** cos and sin of 2πi·x at the n cell centres x, for i = −modes … modes. */
function tables(n: number, modes: number): readonly [Float64Array, Float64Array] {
  const width = 2 * modes + 1;
  const angle = (at: number) =>
    (2 * Math.PI * ((at % width) - modes) * (Math.floor(at / width) + 0.5)) / n;
  return [
    Float64Array.from({ length: n * width }, (_, at) => Math.cos(angle(at))),
    Float64Array.from({ length: n * width }, (_, at) => Math.sin(angle(at))),
  ];
}
