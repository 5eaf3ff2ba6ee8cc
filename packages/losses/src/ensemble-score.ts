import { ArgumentError } from "@eddyflow/core";
import { add, mul, type Scalar, type Tensor, tidy } from "@tensorflow/tfjs-core";
import { type AlmostFairCrpsOptions, almostFairCrps } from "./almost-fair-crps.ts";
import { fourierCoefficients } from "./fourier-coefficients.ts";

export interface EnsembleScoreOptions extends AlmostFairCrpsOptions {
  /** w ≥ 0, the weight of the score of spectral coefficients; 0 unless given. */
  readonly spectralWeight?: number;
}

/** The score of an ensemble, as an objective gives it: its parts are there where the spectral one has a weight. */
export type EnsembleScore = {
  readonly loss: Scalar;
  readonly terms?: { readonly crps: Scalar; readonly spectralCrps: Scalar };
};

/**
 * How an ensemble of fields is scored,
 *
 *   afCRPS(X, y) + w·afCRPS(C X, C y),
 *
 * where C takes the coefficients of a field in an orthonormal basis of cosines and sines over all spatial axes, and each
 * score is the mean over batch, channels and points or coefficients. Point by point the score does not see how the
 * values of one member belong together; a coefficient has a part of all of them. For white noise both scores are equal.
 * Where an axis is not periodic, its jump from end to end is in the coefficients of members and truth alike.
 *
 * The ensemble is `[M · batch, ...space, channel]`, all first members before all second ones, and the truth
 * `[batch, ...space, channel]`, with one to three spatial axes. Runs on the tape.
 *
 * @throws ArgumentError for a negative weight, and as {@link almostFairCrps}.
 */
export function ensembleScore({
  spectralWeight = 0,
  ...options
}: EnsembleScoreOptions): (ensemble: Tensor, truth: Tensor) => EnsembleScore {
  if (!(spectralWeight >= 0 && Number.isFinite(spectralWeight))) {
    throw new ArgumentError({
      problem: `the weight of the spectral score is ${spectralWeight}`,
      expected: "a number of at least 0",
      remedy: "give another weight, or 0 to leave the spectrum out",
    });
  }
  return (ensemble, truth) =>
    tidy(() => {
      const crps = almostFairCrps(ensemble, truth, options);
      if (spectralWeight === 0) return { loss: crps };
      const own = fourierCoefficients(truth);
      const mean = almostFairCrps(fourierCoefficients(ensemble), own, options);
      // The mean over the places of the half spectrum, of which some hold no coefficient.
      const spectralCrps = mul<Scalar>(mean, own.size / truth.size);
      return {
        loss: add<Scalar>(crps, mul(spectralCrps, spectralWeight)),
        terms: { crps, spectralCrps },
      };
    });
}
