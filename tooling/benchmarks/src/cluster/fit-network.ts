import { halvingSeconds, type Network, onNetwork } from "./cost-model.ts";
import type { TimedReduction } from "./measured.ts";

/**
 * The latency and bandwidth by which halving and doubling (2⌈log₂ P⌉α + 2(P − 1)n/(Pβ)) comes nearest to all-reduces that were
 * timed, in the sum of the squares of relative errors; a latency below 0 becomes 0.
 */
export function fitNetwork(timed: readonly TimedReduction[]): Network {
  const unit = { latency: 1, bandwidth: Number.POSITIVE_INFINITY };
  const rows = timed.map(({ ranks, bytes, seconds }) => [
    halvingSeconds(ranks, 0, unit) / seconds,
    halvingSeconds(ranks, bytes, { latency: 0, bandwidth: 1 }) / seconds,
  ]) as [number, number][];
  const sum = (of: (row: [number, number]) => number) =>
    rows.reduce((all, row) => all + of(row), 0);
  const [aa, ab, bb] = [sum(([a]) => a * a), sum(([a, b]) => a * b), sum(([, b]) => b * b)];
  const [a, b] = [sum(([one]) => one), sum(([, two]) => two)];
  const latency = (a * bb - b * ab) / (aa * bb - ab * ab);
  return latency > 0
    ? { latency, bandwidth: 1 / ((b - latency * ab) / bb) }
    : { latency: 0, bandwidth: bb / b };
}

/** The largest |model − measured| / measured over all-reduces that were timed. */
export const largestError = (timed: readonly TimedReduction[], network: Network): number =>
  Math.max(
    ...timed.map(({ ranks, bytes, seconds }) =>
      Math.abs(onNetwork(network)(ranks, bytes) / seconds - 1),
    ),
  );
