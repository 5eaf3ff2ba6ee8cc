import type { ButcherTableau } from "../butcher-tableau.ts";

/** Explicit Euler: one stage, order 1. */
export const euler: ButcherTableau<"euler"> = {
  name: "euler",
  title: "Euler",
  order: 1,
  a: [[]],
  b: [1],
  c: [0],
};
