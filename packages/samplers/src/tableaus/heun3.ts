import type { ButcherTableau } from "../butcher-tableau.ts";

/** Heun's third-order method: three stages, order 3. Hairer, Nørsett, Wanner, table II.1.1. */
export const heun3: ButcherTableau<"heun3"> = {
  name: "heun3",
  title: "Heun (third order)",
  order: 3,
  a: [[], [1 / 3], [0, 2 / 3]],
  b: [1 / 4, 0, 3 / 4],
  c: [0, 1 / 3, 2 / 3],
};
