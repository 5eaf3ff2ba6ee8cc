import type { Network, Objective } from "@eddyflow/core";
import { normalTensor } from "@eddyflow/random";
import { clone, type Tensor, tidy, tile } from "@tensorflow/tfjs-core";
import { type EnsembleScoreOptions, ensembleScore } from "./ensemble-score.ts";
import { paramsOf } from "./params-of.ts";

/** What the ensemble loss compares; the caller disposes each, none belongs to the batch. */
export type EnsembleCrpsTargets = {
  /** Noise N(0, 1) of each member, `[M · batch, ...space, channel]`. */
  readonly z: Tensor;
  /** The condition, once for each member; absent where there is none. */
  readonly y?: Tensor;
  /** The next state x₁, `[batch, ...space, channel]`. */
  readonly next: Tensor;
};

/**
 * Training by a proper score: the set "student" of a network that makes the next state of noise z and the condition y
 * at once learns the law of the next state by
 *
 *   minimise E [afCRPS(X, x₁) + w·afCRPS(C X, C x₁)],   Xⱼ = G(zⱼ, y),   zⱼ ~ N(0, 1),   j = 1 … M,
 *
 * see {@link ensembleScore}. A step costs M evaluations per pair. With w = 0 the minimum is, in each value, the truth's
 * law without the outer ε/2 on either side, ε = (1 − α)/M. Of a Gaussian truth of spread σ that leaves .92σ for two
 * members at α = .95, .97σ for eight, σ at α = 1. Of members that are Gaussian themselves those of
 * s = (1 − ε)σ/√(2 − (1 − ε)²) are best: .95σ, .99σ and σ.
 *
 * Sources: Lang et al., "AIFS-CRPS" (2024), arXiv 2412.15832; arXiv 2606.12997 for the comparison with flow matching at
 * equal cost, M times fewer pairs in a batch.
 *
 * @throws ArgumentError, when used, for fewer than two members or α outside [0, 1]; for a negative weight.
 */
export function ensembleCrps(
  network: Network<[z: Tensor, y: Tensor | null]>,
  options: EnsembleScoreOptions,
): Objective<EnsembleCrpsTargets> {
  const { members } = options;
  const score = ensembleScore(options);
  return {
    trains: "student",
    targets: (_, { previous, next }, { key, rows }) =>
      tidy(() => {
        const [batch, ...rest] = next.shape as [number, ...number[]];
        return {
          z: normalTensor(key, [members * batch, ...rest], rows),
          next: clone(next),
          ...(previous === null ? {} : { y: perMember(previous, members) }),
        };
      }),
    loss: (sets, { z, y, next }) =>
      tidy(() => score(network.apply(paramsOf(sets, "student"), z, y ?? null), next)),
  };
}

/** Rows of a batch once for each member: all first members, then all second ones. The caller disposes the result. */
export const perMember = (x: Tensor, members: number): Tensor =>
  tile(x, [members, ...x.shape.slice(1).fill(1)]);
