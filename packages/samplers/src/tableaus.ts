import type { ButcherTableau } from "./butcher-tableau.ts";

/** Explicit Euler: one stage, order 1. */
export const euler: ButcherTableau = { name: "euler", order: 1, a: [[]], b: [1], c: [0] };

/** Explicit midpoint rule: two stages, order 2. */
export const midpoint: ButcherTableau = {
  name: "midpoint",
  order: 2,
  a: [[], [1 / 2]],
  b: [0, 1],
  c: [0, 1 / 2],
};

/** Heun's method (explicit trapezoidal rule): two stages, order 2. */
export const heun: ButcherTableau = {
  name: "heun",
  order: 2,
  a: [[], [1]],
  b: [1 / 2, 1 / 2],
  c: [0, 1],
};

/** The classical Runge–Kutta method: four stages, order 4. Not torchdiffeq's "rk4", which is the 3/8 rule. */
export const rk4: ButcherTableau = {
  name: "rk4",
  order: 4,
  a: [[], [1 / 2], [0, 1 / 2], [0, 0, 1]],
  b: [1 / 6, 1 / 3, 1 / 3, 1 / 6],
  c: [0, 1 / 2, 1 / 2, 1],
};

/** Kutta's 3/8 rule: four stages, order 4; what torchdiffeq and flow_matching call "rk4". */
export const threeEighths: ButcherTableau = {
  name: "three-eighths",
  order: 4,
  a: [[], [1 / 3], [-1 / 3, 1], [1, -1, 1]],
  b: [1 / 8, 3 / 8, 3 / 8, 1 / 8],
  c: [0, 1 / 3, 2 / 3, 1],
};

/** The tableaus by the names that manifests and command lines use. */
export const tableaus: {
  readonly euler: ButcherTableau;
  readonly midpoint: ButcherTableau;
  readonly heun: ButcherTableau;
  readonly rk4: ButcherTableau;
  readonly "three-eighths": ButcherTableau;
} = { euler, midpoint, heun, rk4, "three-eighths": threeEighths };
