import type { ButcherTableau } from "../butcher-tableau.ts";

/** Explicit midpoint rule: two stages, order 2. */
export const midpoint: ButcherTableau<"midpoint"> = {
  name: "midpoint",
  title: "midpoint",
  order: 2,
  a: [[], [1 / 2]],
  b: [0, 1],
  c: [0, 1 / 2],
};
