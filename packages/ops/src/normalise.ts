import { type Normalisation, ShapeError } from "@eddyflow/core";
import { add, mul, sub, type Tensor, tensor1d, tidy } from "@tensorflow/tfjs-core";

function requireChannels(x: Tensor, normalisation: Normalisation): void {
  const channels = normalisation.mean.length;
  if (x.shape.at(-1) === channels) return;
  throw new ShapeError({
    problem: `normalisation of ${channels} channels for a tensor of shape [${x.shape}]`,
    expected: `[..., ${channels}]`,
    remedy: "use the normalisation that was measured on these data",
  });
}

/**
 * (x − mean) / std per channel, the last axis of `x`: from physical units to what networks see. The caller
 * disposes the result.
 *
 * @throws ShapeError unless the last axis has one entry per channel.
 */
export function normalise(x: Tensor, normalisation: Normalisation): Tensor {
  requireChannels(x, normalisation);
  return tidy(() =>
    mul(
      sub(x, tensor1d([...normalisation.mean])),
      tensor1d(normalisation.std.map((std) => 1 / std)),
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
    add(mul(x, tensor1d([...normalisation.std])), tensor1d([...normalisation.mean])),
  );
}
