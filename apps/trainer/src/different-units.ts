import type { Normalisation } from "@eddyflow/core";
import type { Difference } from "command-line";

/** Rounding apart, relative to the deviation. */
const isClose = (a: number, b: number, scale: number): boolean => Math.abs(a - b) <= 1e-6 * scale;

const rounded = (value: number): string => String(Number(value.toPrecision(7)));

/** In what the units of two models or data differ, channel by channel; channels that only one has are left out. */
export function differentUnits(
  was: Normalisation | null,
  is: Normalisation,
): readonly Difference[] {
  if (was === null) return [];
  return was.channels.flatMap((channel, i) => {
    const now = is.channels.indexOf(channel);
    const [mean, std] = [was.mean[i] as number, was.std[i] as number];
    const [newMean, newStd] = [is.mean[now], is.std[now]];
    // Channels that are not there are said as such.
    if (newMean === undefined || newStd === undefined) return [];
    const pairs = [
      ["mean", mean, newMean],
      ["deviation", std, newStd],
    ] as const;
    return pairs
      .filter(([, before, after]) => !isClose(before, after, std))
      .map(([moment, before, after]) => ({
        what: `${moment} of ${channel}`,
        was: rounded(before),
        is: rounded(after),
      }));
  });
}
