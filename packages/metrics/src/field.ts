import { ArgumentError, ShapeError } from "@eddyflow/core";

/** One frame, `[...space, channel]` flattened. */
export type Field = Float32Array | Float64Array;

/** How many channels a frame has; the last axis of `[...space, channel]`. */
export interface ChannelOptions {
  /** Default 1. */
  readonly channels?: number;
}

/** Throws ShapeError unless the frames have the same length, not 0. */
export const checkFrames = (prediction: Field, truth: Field): void =>
  requireChannels(prediction, truth, 1);

/** Throws ShapeError unless the frames have the same length, not 0 and a multiple of `channels`. */
export function requireChannels(prediction: Field, truth: Field, channels: number): void {
  if (prediction.length !== truth.length || truth.length === 0 || truth.length % channels !== 0) {
    throw new ShapeError({
      problem: `frames of ${prediction.length} and ${truth.length} numbers cannot be compared`,
      expected: `two of the same length${channels === 1 ? ", not empty" : `, with ${channels} channels`}`,
      remedy: "compare frames of the same grid and channels",
    });
  }
}

/** Throws ArgumentError unless there are two members or more, ShapeError unless all are of one length. */
export function checkEnsemble(members: readonly Field[]): readonly [Field, ...Field[]] {
  if (members.length < 2) {
    throw new ArgumentError({
      problem: `an ensemble of ${members.length} cannot be scored`,
      expected: "two members or more",
      remedy: "draw more members, or score a single forecast by its mean absolute error",
    });
  }
  return checkMembers(members);
}

/** Throws ArgumentError where there are no members, ShapeError unless all are of one length. */
export function checkMembers(members: readonly Field[]): readonly [Field, ...Field[]] {
  const [first, ...others] = members;
  if (first === undefined) {
    throw new ArgumentError({
      problem: "an ensemble without members cannot be compared",
      expected: "one member or more",
      remedy: "draw members first",
    });
  }
  for (const other of others) checkFrames(other, first);
  return [first, ...others];
}

/** The same for two ensembles that are compared. */
export function checkEnsembles(
  members: readonly Field[],
  reference: readonly Field[],
): readonly [Field, ...Field[]] {
  const [first] = checkMembers(reference);
  checkFrames(checkMembers(members)[0], first);
  return [first];
}
