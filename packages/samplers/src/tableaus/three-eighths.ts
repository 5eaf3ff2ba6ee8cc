import type { ButcherTableau } from "../butcher-tableau.ts";

/** Kutta's 3/8 rule: four stages, order 4; what torchdiffeq and flow_matching call "rk4". */
export const threeEighths: ButcherTableau<"three-eighths"> = {
  name: "three-eighths",
  title: "Runge–Kutta (3/8 rule)",
  order: 4,
  a: [[], [1 / 3], [-1 / 3, 1], [1, -1, 1]],
  b: [1 / 8, 3 / 8, 3 / 8, 1 / 8],
  c: [0, 1 / 3, 2 / 3, 1],
};
