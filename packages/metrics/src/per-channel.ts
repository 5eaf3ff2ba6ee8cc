import { type Field, requireChannels } from "./field.ts";

/** One channel of a frame `[...space, channel]`, a copy `[...space]`. */
export function channelOf(frame: Field, channel: number, channels: number): Float64Array {
  const field = new Float64Array(frame.length / channels);
  for (let point = 0; point < field.length; point++) {
    field[point] = frame[point * channels + channel] as number;
  }
  return field;
}

/**
 * Scores each channel of a frame by itself: `score` gets channel c of the prediction, that of the truth, and c.
 *
 * @param prediction - `[...space, channel]` flattened, like `truth`.
 * @throws ShapeError where the frames do not have that many channels, or differ in length.
 */
export function perChannel<Result>(
  prediction: Field,
  truth: Field,
  channels: number,
  score: (prediction: Float64Array, truth: Float64Array, channel: number) => Result,
): Result[] {
  requireChannels(prediction, truth, channels);
  return Array.from({ length: channels }, (_, channel) =>
    score(channelOf(prediction, channel, channels), channelOf(truth, channel, channels), channel),
  );
}
