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
 * (x − mean) / std per channel, the last axis of `x`: from physical units to what networks see. The caller
 * disposes the result.
 *
 * @throws ShapeError unless the last axis has one entry per channel.
 */
export function normalise(x: Tensor, normalisation: Normalisation): Tensor {
  requireChannels(x, normalisation);
  return tidy(() =>
    reshape(
      mul(
        sub(rowsOf(x), tensor1d([...normalisation.mean])),
        tensor1d(normalisation.std.map((std) => 1 / std)),
      ),
      x.shape,
    ),
  );
}

/**
 * x · std + mean per channel, the last axis of `x`: back to physical units. The caller disposes the result.
 *
 * @throws ShapeError unless the last axis has one entry per channel.
 */
export function denormalise(x: Tensor, normalisation: Normalisation): Tensor {
  requireChannels(x, normalisation);
  return tidy(() =>
    reshape(
      add(mul(rowsOf(x), tensor1d([...normalisation.std])), tensor1d([...normalisation.mean])),
      x.shape,
    ),
  );
}
