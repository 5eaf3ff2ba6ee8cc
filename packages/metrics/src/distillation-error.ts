import { ShapeError } from "@eddyflow/core";
import type { ChannelOptions, Field } from "./field.ts";
import { meanOf } from "./mean-of.ts";
import { perChannel } from "./per-channel.ts";
import { vrmse } from "./vrmse.ts";

/**
 * How far a sampler ends from its teacher: the mean `vrmse` over channels and end points between its own and those of
 * the teacher (50 midpoint steps), drawn from the same noise and condition, with the teacher as truth, without unit.
 * Print it beside the same number for two independent sets of the teacher's samples: a sampler with an error as large as
 * that is no closer to the teacher than a sample from other noise.
 *
 * @param endPoints - `[...space, channel]` flattened each.
 * @param teacherEndPoints - as many.
 * @returns a channel that the teacher makes constant is left out of the mean; NaN where all are.
 * @throws ShapeError when there are no end points, or the two differ in number or length.
 */
export function distillationError(
  endPoints: readonly Field[],
  teacherEndPoints: readonly Field[],
  { channels = 1 }: ChannelOptions = {},
): number {
  if (endPoints.length !== teacherEndPoints.length || endPoints.length === 0) {
    throw new ShapeError({
      problem: `${endPoints.length} end points cannot be compared with ${teacherEndPoints.length} of the teacher`,
      expected: "as many of each, at least one",
      remedy: "run both samplers from the same noises and conditions",
    });
  }
  const errors = teacherEndPoints.flatMap((end, i) =>
    perChannel(endPoints[i] as Field, end, channels, (own, taught) => vrmse(own, taught)),
  );
  return meanOf(errors.filter((error) => error !== null));
}
