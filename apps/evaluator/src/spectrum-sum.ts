import { bandEnergies, energySpectrum } from "@eddyflow/spectral";
import type { BandRatios } from "./evaluation.ts";
import { channelOf, type Layout, stateOf } from "./layout.ts";
import { mean } from "./score-state.ts";

/** Energies of one channel summed over states. */
interface ChannelSum {
  /** Per shell of integer |k|, from 0. */
  readonly shells: Float64Array;
  readonly low: number;
  readonly mid: number;
  readonly high: number;
}

/** Energies summed over states, channel by channel. */
export interface SpectrumSum {
  readonly states: number;
  readonly channels: readonly ChannelSum[];
}

/** The sum over no states. */
export const emptySpectrum: SpectrumSum = { states: 0, channels: [] };

/** Adds `count` states, `[count, ...space, channel]`. */
export function addSpectra(
  sum: SpectrumSum,
  states: Float32Array,
  count: number,
  layout: Layout,
): SpectrumSum {
  const { gridShape, channels } = layout;
  return {
    states: sum.states + count,
    channels: Array.from({ length: channels }, (_, channel) => {
      let { shells, low, mid, high } = sum.channels[channel] ?? {
        shells: new Float64Array(0),
        low: 0,
        mid: 0,
        high: 0,
      };
      for (let index = 0; index < count; index++) {
        const field = channelOf(stateOf(states, index, layout), channel, channels);
        const before = shells;
        shells = energySpectrum(field, gridShape).map((energy, k) => energy + (before[k] ?? 0));
        const bands = bandEnergies(field, gridShape);
        low += bands.low;
        mid += bands.mid;
        high += bands.high;
      }
      return { shells, low, mid, high };
    }),
  };
}

/** The mean energy of a state in each shell, channels added up. */
export const meanShells = ({ states, channels }: SpectrumSum): number[] =>
  Array.from(channels[0]?.shells ?? [], (_, k) =>
    channels.reduce((energy, { shells }) => energy + (shells[k] as number) / states, 0),
  );

/**
 * Mean energies of the bands over those of the truth. Energies are averaged over the states before they are
 * divided; channels are divided each by itself, and the mean of their ratios taken.
 */
export function bandRatios(forecast: SpectrumSum, truth: SpectrumSum): BandRatios {
  const ratio = (band: "low" | "mid" | "high") =>
    mean(
      forecast.channels.map((sum, channel) => {
        const energy = truth.channels[channel]?.[band] ?? Number.NaN;
        return sum[band] / forecast.states / (energy / truth.states);
      }),
    );
  return { low: ratio("low"), mid: ratio("mid"), high: ratio("high") };
}
