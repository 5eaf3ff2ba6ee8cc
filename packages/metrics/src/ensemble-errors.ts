import { checkMembers, type Field } from "./field.ts";
import { nrmse } from "./nrmse.ts";

/** Mean and standard deviation in each cell; the deviation, divided by M − 1, is 0 where there is one member. */
function cellMoments(members: readonly Field[]): {
  readonly mean: Float64Array;
  readonly deviation: Float64Array;
} {
  const [first] = checkMembers(members);
  const mean = new Float64Array(first.length);
  const deviation = new Float64Array(first.length);
  const divisor = Math.max(1, members.length - 1);
  for (let cell = 0; cell < first.length; cell++) {
    let sum = 0;
    for (const member of members) sum += member[cell] as number;
    const center = sum / members.length;
    let squares = 0;
    for (const member of members) squares += ((member[cell] as number) - center) ** 2;
    mean[cell] = center;
    deviation[cell] = Math.sqrt(squares / divisor);
  }
  return { mean, deviation };
}

/**
 * The relative error of the mean of an ensemble X₁ … X_M against that of a reference ensemble Y₁ … Y_R from the same initial
 * state, ‖X̄ − Ȳ‖ / ‖Ȳ‖ with ‖u‖² = ⟨u²⟩ over cells, without unit. 0 is perfect. It depends on where the zero of the field lies.
 * Two ensembles of one law do not score 0 but about √((1/M + 1/R)⟨s²⟩) / ‖Ȳ‖ with the variance s² of a cell: state M and R.
 * A system whose next state is certain has a reference of one member.
 * Source: the relative L2 error of StocBench (2026), arXiv 2608.22309.
 *
 * @param members - M ≥ 1 frames, one channel each, `[...space]` flattened.
 * @param reference - R ≥ 1 frames of the same length.
 * @returns null where the mean of the reference is 0 everywhere.
 * @throws ArgumentError for an ensemble without members.
 * @throws ShapeError when the frames differ in length.
 */
export const ensembleMeanError = (
  members: readonly Field[],
  reference: readonly Field[],
): number | null => nrmse(cellMoments(members).mean, cellMoments(reference).mean, { epsilon: 0 });

/**
 * The relative error of the standard deviation of an ensemble X₁ … X_M in each cell, ‖s_X − s_Y‖ / ‖s_Y‖ with
 * s_X² = Σ(Xᵢ − X̄)²/(M − 1), without unit. 0 is perfect; a single member, which claims to be certain, has s_X = 0 and scores 1.
 * Two ensembles of one normal law score about √(1/(2(M − 1)) + 1/(2(R − 1))): state M and R.
 * Source: the relative L2 error of StocBench (2026), arXiv 2608.22309.
 *
 * @param members - M ≥ 1 frames, one channel each, `[...space]` flattened.
 * @param reference - R ≥ 1 frames of the same length.
 * @returns null where the reference has no spread, such as one of a single member.
 * @throws ArgumentError for an ensemble without members.
 * @throws ShapeError when the frames differ in length.
 */
export const ensembleDeviationError = (
  members: readonly Field[],
  reference: readonly Field[],
): number | null =>
  nrmse(cellMoments(members).deviation, cellMoments(reference).deviation, { epsilon: 0 });
