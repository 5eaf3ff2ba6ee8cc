import { checkEnsembles, type Field } from "./field.ts";
import { rmse } from "./mse.ts";

/** The mean distance of two different members; 0 where there is one, which claims to be certain. */
function meanPairDistance(members: readonly Field[]): number {
  const pairs = (members.length * (members.length - 1)) / 2;
  let sum = 0;
  for (const [i, member] of members.entries()) {
    for (let j = 0; j < i; j++) sum += rmse(member, members[j] as Field);
  }
  return pairs === 0 ? 0 : sum / pairs;
}

/**
 * The energy distance between the laws of an ensemble X₁ … X_M and of a reference ensemble Y₁ … Y_R from the same initial
 * state, of whole fields,
 *
 *   D = 2E‖X − Y‖ − E‖X − X′‖ − E‖Y − Y′‖,   ‖u‖ = √⟨u²⟩,
 *
 * in the unit of the field, by its unbiased estimator: the means of the last two run over the pairs of different members.
 * The expectation does not depend on M and R, and is 0 where the laws are the same, otherwise positive; a value may be
 * negative. The estimator that also pairs each member with itself is larger by E‖X − X′‖/M + E‖Y − Y′‖/R. Some texts
 * have the root of D, or the Euclidean norm. One member is taken as a forecast that is certain, E‖X − X′‖ = 0.
 * The cost grows with (M + R)². Source: Székely and Rizzo, J. Stat. Plan. Inference 143 (2013) 1249.
 *
 * @param members - M ≥ 1 frames, one channel each, `[...space]` flattened.
 * @param reference - R ≥ 1 frames of the same length.
 * @throws ArgumentError for an ensemble without members.
 * @throws ShapeError when the frames differ in length.
 */
export function energyDistance(members: readonly Field[], reference: readonly Field[]): number {
  checkEnsembles(members, reference);
  let between = 0;
  for (const member of members) for (const other of reference) between += rmse(member, other);
  between /= members.length * reference.length;
  return 2 * between - meanPairDistance(members) - meanPairDistance(reference);
}
