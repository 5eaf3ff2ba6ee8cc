import { type ButcherTableau, integrate, tableaus, uniformTimes } from "@eddyflow/samplers";
import {
  abs,
  dispose,
  mean,
  mul,
  sin,
  sub,
  type Tensor,
  tensor,
  tidy,
} from "@tensorflow/tfjs-core";
import type { CheckGroup } from "./method-check.ts";

/** dx/dt = 2 sin x, which has x(t) = 2 atan(e^2t tan(x(0)/2)). */
const field = (x: Tensor): Tensor => mul(2, sin(x));
const starts = [0.2, 0.5, 1, 1.5, 2];
const ends = starts.map((x) => 2 * Math.atan(Math.exp(2) * Math.tan(x / 2)));

async function errorOf(tableau: ButcherTableau, steps: number): Promise<number> {
  const [from, to] = [tensor(starts, [5, 1]), tensor(ends, [5, 1])];
  const error = tidy(() =>
    mean(abs(sub(integrate(field, from, null, { tableau, times: uniformTimes(steps) }), to))),
  );
  const [value = Number.NaN] = await error.data();
  dispose([from, to, error]);
  return value;
}

/** Steps that are short enough for the order to show, and long enough for float32. */
const stepsFor = (order: number): number => (order < 3 ? 32 : 8);

/** The order of every tableau on a non-linear field whose solution is known. */
export const tableauChecks: CheckGroup = {
  name: "tableaus",
  checks: tableaus.map((tableau) => ({
    name: `order of ${tableau.name} on dx/dt = 2 sin x from ${tableau.order}`,
    measure: async () => {
      const steps = stepsFor(tableau.order);
      const ratio = (await errorOf(tableau, steps)) / (await errorOf(tableau, 2 * steps));
      return { value: Math.abs(Math.log2(ratio) - tableau.order), bound: 0.25 };
    },
  })),
};
