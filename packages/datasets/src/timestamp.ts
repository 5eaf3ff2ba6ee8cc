import type { Normalisation } from "@eddyflow/core";
import type { TrajectoryStore } from "./trajectory-store.ts";

/** The channel of a state that holds the time since the first frame, the same at all points. */
export const timestampChannel = "timestamp";

/**
 * Frames with the time of each as one more channel, the last.
 *
 * @param frames - `[time, ...space, channel]` of `channels` channels, flat.
 * @param times - one per frame.
 * @returns `[time, ...space, channel + 1]`.
 */
export function timestamped(
  frames: Float32Array,
  channels: number,
  times: readonly number[],
): Float32Array {
  const points = frames.length / channels / times.length;
  const out = new Float32Array(frames.length + times.length * points);
  for (let point = 0; point < times.length * points; point++) {
    const target = point * (channels + 1);
    out.set(frames.subarray(point * channels, (point + 1) * channels), target);
    out[target + channels] = times[Math.floor(point / points)] as number;
  }
  return out;
}

/** States `[count, ...space, channel]`, flat, without the time if it is one of these channels. */
export function withoutTimestamp(states: Float32Array, channels: readonly string[]): Float32Array {
  const time = channels.indexOf(timestampChannel);
  return time === -1 ? states : states.filter((_, i) => i % channels.length !== time);
}

/**
 * 0, T, 2T … (n − 1)T have the mean m = (n − 1)T/2 and the variance (n² − 1)T²/12. Of several trajectories, each frame
 * counts the same: σ² = Σ n ((n² − 1)T²/12 + (m − mean)²) / Σ n.
 */
function withTimes(
  { channels, mean, std }: Normalisation,
  lengths: readonly number[],
  frameInterval: number,
): Normalisation {
  const count = lengths.reduce((sum, n) => sum + n, 0);
  const weighted = (term: (n: number) => number) =>
    lengths.reduce((sum, n) => sum + (n / count) * term(n), 0);
  const average = weighted((n) => (n - 1) / 2);
  const variance = weighted((n) => (n ** 2 - 1) / 12 + ((n - 1) / 2 - average) ** 2);
  return {
    channels: [...channels, timestampChannel],
    mean: [...mean, average * frameInterval],
    std: [...std, frameInterval * Math.sqrt(variance)],
  };
}

/**
 * A store whose states have the time as their last channel: frame k is at k · frameInterval. A store that
 * already has this channel is returned as it is.
 */
export function withTimestamp(store: TrajectoryStore): TrajectoryStore {
  const { description, trajectories, normalisation } = store;
  const { channels, frames, lengths = [frames], frameInterval } = description;
  if (channels.includes(timestampChannel)) return store;
  return {
    description: { ...description, channels: [...channels, timestampChannel] },
    trajectories,
    ...(store.splits && { splits: store.splits }),
    normalisation:
      normalisation && frames > 1 ? withTimes(normalisation, lengths, frameInterval) : null,
    readFrames: async (trajectory, first, count) =>
      timestamped(
        await store.readFrames(trajectory, first, count),
        channels.length,
        Array.from({ length: count }, (_, i) => (first + i) * frameInterval),
      ),
  };
}
