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

/** Less than this, in standard deviations, is beyond the digits of float32. */
const negligible = 2 ** -26;

/**
 * The mean as float32, and the rest of it, or null if the rest changes nothing. Where the mean is large beside the
 * deviation, as with the pressure of air, rounding it would cost digits of the result.
 */
function meanParts({ mean, std }: Normalisation): [number[], number[] | null] {
  const rounded = mean.map(Math.fround);
  const rest = mean.map((value, c) => value - (rounded[c] as number));
  const matters = rest.some((value, c) => Math.abs(value) > negligible * (std[c] as number));
  return [rounded, matters ? rest : null];
}

/**
 * (x − mean) / std per channel, the last axis of `x`: from physical units to what networks see. The mean is used in
 * full, not rounded to float32. The caller disposes the result.
 *
 * @throws ShapeError unless the last axis has one entry per channel.
 */
export function normalise(x: Tensor, normalisation: Normalisation): Tensor {
  requireChannels(x, normalisation);
  const [mean, rest] = meanParts(normalisation);
  return tidy(() => {
    const about = sub(rowsOf(x), tensor1d(mean));
    const exact = rest === null ? about : sub(about, tensor1d(rest));
    return reshape(mul(exact, tensor1d(normalisation.std.map((std) => 1 / std))), x.shape);
  });
}

/**
 * x · std + mean per channel, the last axis of `x`: back to physical units. The mean is used in full, and only the result
 * is rounded to float32. The caller disposes the result.
 *
 * @throws ShapeError unless the last axis has one entry per channel.
 */
export function denormalise(x: Tensor, normalisation: Normalisation): Tensor {
  requireChannels(x, normalisation);
  const [mean, rest] = meanParts(normalisation);
  return tidy(() => {
    const scaled = mul(rowsOf(x), tensor1d([...normalisation.std]));
    const exact = rest === null ? scaled : add(scaled, tensor1d(rest));
    return reshape(add(exact, tensor1d(mean)), x.shape);
  });
}
