import { ArgumentError } from "@eddyflow/core";
import type { TrajectoryStore } from "./trajectory-store.ts";

/** Decoded frames that a store keeps: small data are decoded once, large data use no more memory than this. */
export const keptBytes: number = 256 * 2 ** 20;

/** Where frames come from. */
export interface FrameSource {
  /** Named in errors: a folder or file. */
  readonly path: string;
  readonly trajectories: number;
  readonly frames: number;
  /** The frames of each trajectory, where they differ. */
  readonly lengths?: readonly number[];
  /** One frame, `[...space, channel]`. */
  decode(trajectory: number, frame: number): Promise<Float32Array>;
}

/**
 * The `readFrames` of a store over frames that `decode` gives one at a time. It checks the bounds, and keeps
 * decoded frames in memory while there is room for them.
 *
 * @throws ArgumentError for frames that the trajectory does not have, and whatever `decode` throws.
 */
export function frameReader({
  path,
  trajectories,
  frames,
  lengths,
  decode,
}: FrameSource): TrajectoryStore["readFrames"] {
  const kept = new Map<number, Float32Array>();
  let room = keptBytes;
  const readFrame = async (trajectory: number, frame: number): Promise<Float32Array> => {
    const number = trajectory * frames + frame;
    const found = kept.get(number);
    if (found !== undefined) return found;
    const data = await decode(trajectory, frame);
    if (data.byteLength <= room && !kept.has(number)) {
      kept.set(number, data);
      room -= data.byteLength;
    }
    return data;
  };
  return async (trajectory: number, first: number, count: number): Promise<Float32Array> => {
    const whole = [trajectory, first, count].every(Number.isInteger);
    const inside = trajectory >= 0 && trajectory < trajectories && first >= 0 && count >= 1;
    const length = lengths?.[trajectory] ?? frames;
    if (!whole || !inside || first + count > length) {
      throw new ArgumentError({
        problem: `frames ${first} … ${first + count - 1} of trajectory ${trajectory} in ${path}`,
        expected: `frames 0 … ${length - 1} of trajectories 0 … ${trajectories - 1}`,
        remedy: "ask for fewer",
      });
    }
    const parts = await Promise.all(
      Array.from({ length: count }, (_, i) => readFrame(trajectory, first + i)),
    );
    const size = parts[0]?.length ?? 0;
    const out = new Float32Array(count * size);
    for (const [i, part] of parts.entries()) out.set(part, i * size);
    return out;
  };
}
