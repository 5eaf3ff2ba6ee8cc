import type { ParamSets } from "@eddyflow/core";
import { add, mul, type Scalar, scalar, sum, tidy } from "@tensorflow/tfjs-core";

/** Whether all weights are finite: Σ 0·w, which is NaN where one is not. */
export async function areFinite(sets: ParamSets): Promise<boolean> {
  const zero = tidy(() =>
    Object.values(sets)
      .flatMap((params) => Object.values(params))
      .reduce<Scalar>((total, weight) => add(total, sum(mul(weight, 0))), scalar(0)),
  );
  const [value] = await zero.data();
  zero.dispose();
  return value === 0;
}
