import type { ButcherTableau } from "../butcher-tableau.ts";

/** Heun's method (explicit trapezoidal rule): two stages, order 2. */
export const heun: ButcherTableau<"heun"> = {
  name: "heun",
  title: "Heun",
  order: 2,
  a: [[], [1]],
  b: [1 / 2, 1 / 2],
  c: [0, 1],
};
