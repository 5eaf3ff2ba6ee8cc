import { ArgumentError, ShapeError } from "@eddyflow/core";
import {
  abs,
  add,
  customGrad,
  div,
  mul,
  neg,
  reshape,
  type Scalar,
  stack,
  step,
  sub,
  sum,
  type Tensor,
  tidy,
  unstack,
} from "@tensorflow/tfjs-core";

export interface AlmostFairCrpsOptions {
  /** M ≥ 2, the number of members of each truth. */
  readonly members: number;
  /** α in [0, 1]: 1 is the fair score, 0 the standard one; .95 unless given. */
  readonly alpha?: number;
}

/**
 * The almost fair continuous ranked probability score of M members X₁ … X_M against a truth y,
 *
 *   afCRPS = α·fair + (1 − α)·standard = (1/M) Σⱼ |Xⱼ − y| − ((1 − ε)/(2M(M − 1))) Σⱼₖ |Xⱼ − Xₖ|,   ε = (1 − α)/M,
 *
 * the mean over all values, lower is better. The fair score's expectation does not depend on M, but it leaves one
 * member free where all others equal the truth: α < 1 takes that freedom away, and asks for a little less spread. It
 * is summed over pairs j < k,
 *
 *   (1/(M(M − 1))) Σ (|Xⱼ − y| + |Xₖ − y| − (1 − ε)|Xⱼ − Xₖ|),
 *
 * of which none is negative, so that no large sums cancel. Pairs are taken one after the other, and the tape keeps the
 * members alone, not the M(M − 1)/2 differences. Where two values are equal, the gradient of their distance is 0.
 *
 * Source: Lang et al., "AIFS-CRPS: Ensemble forecasting using a model trained with a loss function based on the CRPS"
 * (2024), arXiv 2412.15832.
 *
 * @param ensemble - `[M · batch, …]`: the first member of each truth, then the second of each, and so on.
 * @param truth - `[batch, …]`.
 * @throws ArgumentError for fewer than two members, or α outside [0, 1]; ShapeError where the shapes do not fit.
 */
export function almostFairCrps(
  ensemble: Tensor,
  truth: Tensor,
  { members, alpha = 0.95 }: AlmostFairCrpsOptions,
): Scalar {
  checkMembers(members, alpha);
  checkShapes(ensemble, truth, members);
  const shrunk = 1 - (1 - alpha) / members;
  const score = customGrad((...inputs) => {
    const [ensemble, truth, save] = inputs as [Tensor, Tensor, (kept: Tensor[]) => void];
    save([ensemble, truth]);
    const scale = truth.size * members * (members - 1);
    return {
      value: tidy(() => div(sumOfPairs(ensemble, truth, members, shrunk), scale)),
      gradFunc: (dy: Tensor, saved: Tensor[]) =>
        tidy(() => {
          const [own, against] = saved as [Tensor, Tensor];
          const [ofMembers, ofTruth] = signs(own, against, members, shrunk);
          const factor = div(dy, scale);
          return [mul(ofMembers, factor), mul(ofTruth, factor)];
        }),
    };
  });
  return score(ensemble, truth) as Scalar;
}

/** Each pair's |Xⱼ − y| + |Xₖ − y| − (1 − ε)|Xⱼ − Xₖ|, summed over pairs and values. */
function sumOfPairs(ensemble: Tensor, truth: Tensor, members: number, shrunk: number): Tensor {
  return tidy(() => {
    const each = apart(ensemble, truth, members);
    const errors = each.map((member) => abs(sub(member, truth)));
    let total: Tensor | null = null;
    for (const [k, error] of errors.entries()) {
      for (let j = 0; j < k; j++) {
        const before = total;
        const next: Tensor = tidy(() => {
          const apart = abs(sub(each[j] as Tensor, each[k] as Tensor));
          const pair = sum(sub(add(errors[j] as Tensor, error), mul(apart, shrunk)));
          return before === null ? pair : add(before, pair);
        });
        before?.dispose();
        total = next;
      }
    }
    return total as Tensor;
  });
}

/** −1, 0 or 1. TensorFlow.js's own is 0 for small numbers on wasm. */
const signOf = (x: Tensor): Tensor => tidy(() => sub(step(x), step(neg(x))));

/** The derivatives of that sum in the members and in the truth. */
function signs(
  ensemble: Tensor,
  truth: Tensor,
  members: number,
  shrunk: number,
): readonly [ofMembers: Tensor, ofTruth: Tensor] {
  const each = apart(ensemble, truth, members);
  const ofErrors = each.map((member) => mul(signOf(sub(member, truth)), members - 1));
  const slopes = [...ofErrors];
  for (const [k, member] of each.entries()) {
    for (let j = 0; j < k; j++) {
      const [ofJ, ofK] = [slopes[j] as Tensor, slopes[k] as Tensor];
      const [nextJ, nextK] = tidy(() => {
        const direction = mul(signOf(sub(each[j] as Tensor, member)), shrunk);
        return [sub(ofJ, direction), add(ofK, direction)];
      }) as [Tensor, Tensor];
      if (ofJ !== ofErrors[j]) ofJ.dispose();
      if (ofK !== ofErrors[k]) ofK.dispose();
      [slopes[j], slopes[k]] = [nextJ, nextK];
    }
  }
  const ofTruth = ofErrors.reduce((total, slope) => sub(total, slope), mul(truth, 0));
  return [reshape(stack(slopes), ensemble.shape), ofTruth];
}

/** The members one by one, each of the shape of the truth. */
const apart = (ensemble: Tensor, truth: Tensor, members: number): Tensor[] =>
  unstack(reshape(ensemble, [members, truth.size])).map((member) => reshape(member, truth.shape));

/** @throws ArgumentError for a number of members or an α that have no score. */
function checkMembers(members: number, alpha: number): void {
  if (Number.isInteger(members) && members >= 2 && alpha >= 0 && alpha <= 1) return;
  throw new ArgumentError({
    problem: `an ensemble of ${members} members with α = ${alpha} has no score`,
    expected: "a whole number of at least 2 members, and α from 0 to 1",
    remedy: "give more members, or another α",
  });
}

function checkShapes(ensemble: Tensor, truth: Tensor, members: number): void {
  const [rows = 0, ...rest] = truth.shape;
  if (String(ensemble.shape) === String([members * rows, ...rest])) return;
  throw new ShapeError({
    problem: `${members} members of shape [${ensemble.shape}] do not fit a truth of shape [${truth.shape}]`,
    expected: `[${[members * rows, ...rest]}], all first members before all second ones`,
    remedy: "give each truth the same number of members",
  });
}
