import { type Normalisation, ShapeError } from "@eddyflow/core";
import { add, mul, reshape, sub, type Tensor, tensor1d, tidy } from "@tensorflow/tfjs-core";

function requireChannels(x: Tensor, normalisation: Normalisation): void {
  const channels = normalisation.mean.length;
  if (x.shape.at(-1) === channels) return;
  throw new ShapeError({
    problem: `normalisation of ${channels} channels for a tensor of shape [${x.shape}]`,
    expected: `[..., ${channels}]`,
    remedy: "use the normalisation that was measured on these data",
  });
}

/** `x` with all axes but the last as one: per channel, backends broadcast rightly at low rank only. */
const rowsOf = (x: Tensor): Tensor => reshape(x, [-1, x.shape.at(-1) as number]);

/**
 * The means as a sum of two float32 numbers. Rounded to one, a mean that is large against the deviation would
 * shift every value: at mean/std = 10⁵ by up to 0.004 deviations.
 */
function splitMean({ mean }: Normalisation) {
  const high = mean.map(Math.fround);
  const low = mean.map((value, c) => value - (high[c] as number));
  return { high: tensor1d(high), low: tensor1d(low) };
}

/**
 * (x − mean) / std per channel, the last axis of `x`: from physical units to what networks see. The mean is
 * subtracted to more than float32's accuracy. The caller disposes the result.
 *
 * @throws ShapeError unless the last axis has one entry per channel.
 */
export function normalise(x: Tensor, normalisation: Normalisation): Tensor {
  requireChannels(x, normalisation);
  return tidy(() => {
    const { high, low } = splitMean(normalisation);
    const inverse = tensor1d(normalisation.std.map((std) => 1 / std));
    return reshape(mul(sub(sub(rowsOf(x), high), low), inverse), x.shape);
  });
}

/**
 * x · std + mean per channel, the last axis of `x`: back to physical units. The caller disposes the result.
 *
 * @throws ShapeError unless the last axis has one entry per channel.
 */
export function denormalise(x: Tensor, normalisation: Normalisation): Tensor {
  requireChannels(x, normalisation);
  return tidy(() => {
    const { high, low } = splitMean(normalisation);
    const deviation = mul(rowsOf(x), tensor1d([...normalisation.std]));
    return reshape(add(add(deviation, low), high), x.shape);
  });
}
