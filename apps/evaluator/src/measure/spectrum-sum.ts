import { bandEnergies, energySpectrum } from "@eddyflow/spectral";
import type { BandRatios } from "./evaluation.ts";
import { channelOf, type Layout, stateOf } from "./layout.ts";
import { periodicParts, periodicShape } from "./periodic-parts.ts";
import { mean } from "./score-state.ts";

/** Energies of one channel along the periodic axes, averaged over the other axes and summed over states. */
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

/** Adds the energies of `count` states, `[count, ...space, channel]`. Without a periodic axis there are none to add. */
export function addSpectra(
  sum: SpectrumSum,
  states: Float32Array,
  count: number,
  layout: Layout,
): SpectrumSum {
  const { gridShape, boundary, channels } = layout;
  const shape = periodicShape(gridShape, boundary);
  if (shape.length === 0) return sum;
  const share = shape.reduce((size, n) => size * n, 1) / gridShape.reduce((size, n) => size * n, 1);
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
        for (const part of periodicParts(field, gridShape, boundary)) {
          const before = shells;
          shells = energySpectrum(part, shape).map(
            (energy, k) => share * energy + (before[k] ?? 0),
          );
          const bands = bandEnergies(part, shape);
          low += share * bands.low;
          mid += share * bands.mid;
          high += share * bands.high;
        }
      }
      return { shells, low, mid, high };
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
 * The energy of each band divided by the truth's: averaged over states first, then divided channel by channel,
 * then averaged over channels. Null where there are no states.
 */
export function bandRatios(forecast: SpectrumSum, truth: SpectrumSum): BandRatios | null {
  if (truth.states === 0) return null;
  const ratio = (band: "low" | "mid" | "high") =>
    mean(
      forecast.channels.map((sum, channel) => {
        const energy = truth.channels[channel]?.[band] ?? Number.NaN;
        return sum[band] / forecast.states / (energy / truth.states);
      }),
    );
  return { low: ratio("low"), mid: ratio("mid"), high: ratio("high") };
}
