import { CheckpointError, type Params } from "@eddyflow/core";
import { concat, type Tensor, tidy, zeros } from "@tensorflow/tfjs-core";
import { copyTensor } from "./copy-params.ts";
import { inputWeights } from "./corrector-from-velocity.ts";

/**
 * Parameters for a generator G(z, y) made of those of a predictor G(y) with the same features: everything is copied,
 * sharing no memory, and the weights of the noise z are zero, so that every member starts as the predictor's state.
 *
 * The predictor's parameters are untouched; the caller disposes the result.
 *
 * @param stateChannels - of the state, and so of the noise.
 * @throws CheckpointError if these are not the parameters of a predictor.
 */
export function generatorFromPredictor(predictorParams: Params, stateChannels: number): Params {
  for (const name of inputWeights) {
    if (predictorParams[name] !== undefined) continue;
    throw new CheckpointError({
      problem: `the predictor's parameters lack "${name}"`,
      expected: "the parameters of a predictor",
      remedy: "start from a checkpoint of a deterministic model",
    });
  }
  return tidy(() =>
    Object.fromEntries(
      Object.entries(predictorParams).map(([name, weight]) => [
        name,
        inputWeights.includes(name) ? withZeroChannels(weight, stateChannels) : copyTensor(weight),
      ]),
    ),
  );
}

/** A weight `[...kernel, in, out]` that reads more channels, before the others, and ignores them. */
function withZeroChannels(weight: Tensor, count: number): Tensor {
  const inputs = weight.rank - 2;
  const channels = weight.shape.map((n, axis) => (axis === inputs ? count : n));
  return concat([zeros(channels), weight], inputs);
}
