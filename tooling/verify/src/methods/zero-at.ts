import type { Objective } from "@eddyflow/core";
import type { Tensor } from "@tensorflow/tfjs-core";
import { computedOnce } from "../check.ts";
import { atSolution, largest } from "./at-solution.ts";
import type { MethodCheck } from "./method-check.ts";

/** That loss and gradient of an objective at a solution without an error of its own are zero to rounding. */
export function zeroAt(
  solution: string,
  objective: Objective<Readonly<Record<string, Tensor>>>,
): readonly [loss: MethodCheck, gradient: MethodCheck] {
  const found = computedOnce(() => atSolution(objective));
  return [
    {
      name: `loss at ${solution}, zero to rounding`,
      measure: async () => ({ value: (await found()).loss.mean, bound: 1e-10 }),
    },
    {
      name: `gradient at ${solution}, zero to rounding`,
      measure: async () => ({ value: largest((await found()).gradient), bound: 1e-5 }),
    },
  ];
}
