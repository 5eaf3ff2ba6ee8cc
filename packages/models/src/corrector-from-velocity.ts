import { CheckpointError, type Params } from "@eddyflow/core";
import { concat, type Tensor, tidy, zeros } from "@tensorflow/tfjs-core";
import { copyTensor } from "./copy-params.ts";

/** The weights that read the network's input. */
export const inputWeights: readonly string[] = ["first.conv1.weight", "first.skip.weight"];

/**
 * Parameters for a corrector φ made of those of a velocity network with the same features: everything is
 * copied, sharing no memory, and the weights of the δ channel are zero, so that φ(x, y, t, δ) = v(x, y, t) and the flow map
 * F = x + δ(1 − δ)v + δ²φ starts as the Euler step x + δv.
 *
 * The velocity's parameters are untouched; the caller disposes the result.
 *
 * @throws CheckpointError if these are not the parameters of a velocity network.
 */
export function correctorFromVelocity(velocityParams: Params): Params {
  for (const name of inputWeights) {
    if (velocityParams[name] !== undefined) continue;
    throw new CheckpointError({
      problem: `the velocity's parameters lack "${name}"`,
      expected: "the parameters of a velocity network",
      remedy: "start from a checkpoint of a velocity model",
    });
  }
  return tidy(() =>
    Object.fromEntries(
      Object.entries(velocityParams).map(([name, weight]) => [
        name,
        inputWeights.includes(name) ? withZeroChannel(weight) : copyTensor(weight),
      ]),
    ),
  );
}

/** A weight `[...kernel, in, out]` that reads one more channel, after the others, and ignores it. */
function withZeroChannel(weight: Tensor): Tensor {
  const inputs = weight.rank - 2;
  const channel = weight.shape.map((n, axis) => (axis === inputs ? 1 : n));
  return concat([weight, zeros(channel)], inputs);
}
