import { channelOf, momentsOf } from "@eddyflow/metrics";
import { bandEnergies, bandLimits, energySpectrum } from "@eddyflow/spectral";
import type { SpectrumAxis } from "./evaluation.ts";
import type { Layout } from "./layout.ts";
import { ofPeriodicAxes, periodicParts } from "./periodic-parts.ts";

/** Energies of one channel of a state along the periodic axes, averaged over the other axes. */
export interface ChannelSpectrum {
  /** Per shell of |k|, from 0, in waves along the longest periodic side. */
  readonly shells: Float64Array;
  readonly low: number;
  readonly mid: number;
  readonly high: number;
  /** ⟨u²⟩ of the channel. */
  readonly meanSquare: number;
}

/** The wavenumbers of the spectra; null without a periodic axis. */
export function spectrumAxis({ grid }: Layout): SpectrumAxis | null {
  const shape = ofPeriodicAxes(grid.shape, grid.boundary);
  if (shape.length === 0) return null;
  const extent = ofPeriodicAxes(grid.extent, grid.boundary);
  return { spacing: (2 * Math.PI) / Math.max(...extent), ...bandLimits(shape, extent) };
}

/** The energies of each channel of a state `[...space, channel]`; null without a periodic axis. */
export function spectraOf(state: Float32Array, layout: Layout): readonly ChannelSpectrum[] | null {
  const { grid, channels } = layout;
  const shape = ofPeriodicAxes(grid.shape, grid.boundary);
  const extent = ofPeriodicAxes(grid.extent, grid.boundary);
  if (shape.length === 0) return null;
  const sizeOf = (list: readonly number[]) => list.reduce((size, n) => size * n, 1);
  const share = sizeOf(shape) / sizeOf(grid.shape);
  return Array.from({ length: channels }, (_, channel) => {
    const field = channelOf(state, channel, channels);
    let shells = new Float64Array(0);
    let [low, mid, high] = [0, 0, 0];
    for (const part of periodicParts(field, grid.shape, grid.boundary)) {
      const before = shells;
      shells = energySpectrum(part, shape, extent).map(
        (energy, k) => share * energy + (before[k] ?? 0),
      );
      const bands = bandEnergies(part, shape, extent);
      low += share * bands.low;
      mid += share * bands.mid;
      high += share * bands.high;
    }
    return { shells, low, mid, high, meanSquare: momentsOf(field).meanSquare };
  });
}

/** Energies by shell, summed over channels and states. */
export interface ShellSum {
  readonly states: number;
  readonly shells: readonly number[];
}

/** The sum over no states. */
export const emptyShells: ShellSum = { states: 0, shells: [] };

/** Adds the spectra of a state. */
export const addShells = (sum: ShellSum, spectra: readonly ChannelSpectrum[]): ShellSum => ({
  states: sum.states + 1,
  shells: Array.from(spectra[0]?.shells ?? [], (_, k) =>
    spectra.reduce((energy, { shells }) => energy + (shells[k] as number), sum.shells[k] ?? 0),
  ),
});

/** The sum over the states of both. */
export const addedShells = (a: ShellSum, b: ShellSum): ShellSum => ({
  states: a.states + b.states,
  shells: Array.from(
    { length: Math.max(a.shells.length, b.shells.length) },
    (_, k) => (a.shells[k] ?? 0) + (b.shells[k] ?? 0),
  ),
});

/** The mean energy of a state in each shell, summed over channels; null where there are no states. */
export const meanShells = ({ states, shells }: ShellSum): number[] | null =>
  states === 0 ? null : shells.map((energy) => energy / states);
