import type { ButcherTableau } from "../butcher-tableau.ts";

/** The classical Runge–Kutta method: four stages, order 4. Not torchdiffeq's "rk4", which is the 3/8 rule. */
export const rk4: ButcherTableau<"rk4"> = {
  name: "rk4",
  title: "Runge–Kutta (classical)",
  order: 4,
  a: [[], [1 / 2], [0, 1 / 2], [0, 0, 1]],
  b: [1 / 6, 1 / 3, 1 / 3, 1 / 6],
  c: [0, 1 / 2, 1 / 2, 1],
};
