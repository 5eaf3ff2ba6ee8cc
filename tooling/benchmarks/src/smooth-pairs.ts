import type { Key } from "@eddyflow/core";
import { foldIn, normal } from "@eddyflow/random";

/** States `[y, x, channel]` of unit variance or near it, and what each becomes. */
export interface SmoothPair {
  readonly previous: Float32Array;
  readonly next: Float32Array;
}

const channels = 4;
/** Wavenumbers go to this in each direction. */
const largest = 3;

/**
 * A field of four channels on a periodic square, and its successor. Every channel is a sum of waves
 * cos(2π(ky y + kx x) + θ), |ky|, |kx| ≤ 3, of normal amplitudes, with unit variance on average; the successor
 *
 *   0.9 uᶜ(y − sᶜ, x − 2sᶜ) + 0.3 uᶜ⁺¹ uᶜ⁺²,   sᶜ = c + 1 cells,
 *
 * is each channel carried along at its own speed, and stirred by a product of the next two: smooth,
 * deterministic and not linear, without a solver.
 */
export function smoothPair(key: Key, points: number): SmoothPair {
  const previous = new Float32Array(points * points * channels);
  const modes = Array.from({ length: (2 * largest + 1) * (largest + 1) }, (_, i) => ({
    ky: (i % (2 * largest + 1)) - largest,
    kx: Math.floor(i / (2 * largest + 1)),
  }));
  for (let c = 0; c < channels; c++) {
    const amplitudes = normal(foldIn(key, c), 2 * modes.length);
    const scale = 1 / Math.sqrt(modes.length);
    modes.forEach(({ ky, kx }, mode) => {
      const [a, b] = [2 * mode, 2 * mode + 1].map((i) => (amplitudes[i] as number) * scale) as [
        number,
        number,
      ];
      for (let y = 0; y < points; y++) {
        for (let x = 0; x < points; x++) {
          const phase = (2 * Math.PI * (ky * y + kx * x)) / points;
          const i = (y * points + x) * channels + c;
          previous[i] = (previous[i] as number) + a * Math.cos(phase) + b * Math.sin(phase);
        }
      }
    });
  }
  const at = (y: number, x: number, c: number): number => {
    const [row, column] = [y, x].map((n) => (n + points * channels) % points) as [number, number];
    return previous[(row * points + column) * channels + (c % channels)] as number;
  };
  const next = Float32Array.from(previous, (_, i) => {
    const c = i % channels;
    const [y, x] = [Math.floor(i / channels / points), Math.floor(i / channels) % points];
    return 0.9 * at(y - c - 1, x - 2 * (c + 1), c) + 0.3 * at(y, x, c + 1) * at(y, x, c + 2);
  });
  return { previous, next };
}
