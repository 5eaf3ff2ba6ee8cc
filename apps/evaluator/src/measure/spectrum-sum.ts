import { channelOf, momentsOf, roundingEnergy } from "@eddyflow/metrics";
import { bandEnergies, bandLimits, energySpectrum } from "@eddyflow/spectral";
import type { BandRatios, SpectrumAxis } from "./evaluation.ts";
import { type Layout, stateOf } from "./layout.ts";
import { ofPeriodicAxes, periodicParts } from "./periodic-parts.ts";
import { mean } from "./score-state.ts";

/** Energies of one channel along the periodic axes, averaged over the other axes and summed over states. */
interface ChannelSum {
  /** Per shell of |k|, from 0, in waves along the longest periodic side. */
  readonly shells: Float64Array;
  readonly low: number;
  readonly mid: number;
  readonly high: number;
  readonly meanSquare: number;
}

/** Energies summed over states, channel by channel. */
export interface SpectrumSum {
  readonly states: number;
  readonly channels: readonly ChannelSum[];
}

/** The sum over no states. */
export const emptySpectrum: SpectrumSum = { states: 0, channels: [] };

/** The wavenumbers of the spectra; null without a periodic axis. */
export function spectrumAxis({ grid }: Layout): SpectrumAxis | null {
  const shape = ofPeriodicAxes(grid.shape, grid.boundary);
  if (shape.length === 0) return null;
  const extent = ofPeriodicAxes(grid.extent, grid.boundary);
  return { spacing: (2 * Math.PI) / Math.max(...extent), ...bandLimits(shape, extent) };
}

/** Adds the energies of `count` states, `[count, ...space, channel]`. Without a periodic axis there are none to add. */
export function addSpectra(
  sum: SpectrumSum,
  states: Float32Array,
  count: number,
  layout: Layout,
): SpectrumSum {
  const { grid, channels } = layout;
  const shape = ofPeriodicAxes(grid.shape, grid.boundary);
  const extent = ofPeriodicAxes(grid.extent, grid.boundary);
  if (shape.length === 0) return sum;
  const sizeOf = (list: readonly number[]) => list.reduce((size, n) => size * n, 1);
  const share = sizeOf(shape) / sizeOf(grid.shape);
  return {
    states: sum.states + count,
    channels: Array.from({ length: channels }, (_, channel) => {
      let { shells, low, mid, high, meanSquare } = sum.channels[channel] ?? {
        shells: new Float64Array(0),
        low: 0,
        mid: 0,
        high: 0,
        meanSquare: 0,
      };
      for (let index = 0; index < count; index++) {
        const field = channelOf(stateOf(states, index, layout), channel, channels);
        meanSquare += momentsOf(field).meanSquare;
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
      }
      return { shells, low, mid, high, meanSquare };
    }),
  };
}

/** The mean energy of a state in each shell, summed over channels; null where there are no states. */
export const meanShells = ({ states, channels }: SpectrumSum): number[] | null =>
  states === 0
    ? null
    : Array.from(channels[0]?.shells ?? [], (_, k) =>
        channels.reduce((energy, { shells }) => energy + (shells[k] as number) / states, 0),
      );

/**
 * The energy of each band divided by the truth's: averaged over states first, then divided channel by channel, then
 * averaged over the channels in which the truth has more energy there than rounding to 32 bits leaves. Null in a band
 * where there is no such channel, and null where there are no states.
 */
export function bandRatios(forecast: SpectrumSum, truth: SpectrumSum): BandRatios | null {
  if (truth.states === 0) return null;
  const ratio = (band: "low" | "mid" | "high") => {
    const ratios = forecast.channels.flatMap((sum, channel) => {
      const actual = truth.channels[channel] as ChannelSum;
      return actual[band] <= roundingEnergy * actual.meanSquare
        ? []
        : [sum[band] / forecast.states / (actual[band] / truth.states)];
    });
    return ratios.length === 0 ? null : mean(ratios);
  };
  return { low: ratio("low"), mid: ratio("mid"), high: ratio("high") };
}
