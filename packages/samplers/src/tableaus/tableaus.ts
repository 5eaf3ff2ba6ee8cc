import { ArgumentError } from "@eddyflow/core";
import type { ButcherTableau } from "../butcher-tableau.ts";
import { euler } from "./euler.ts";
import { heun } from "./heun.ts";
import { heun3 } from "./heun3.ts";
import { midpoint } from "./midpoint.ts";
import { rk4 } from "./rk4.ts";
import { threeEighths } from "./three-eighths.ts";

/** The Runge–Kutta methods that manifests, recipes and command lines name. */
export const tableaus: readonly [
  typeof euler,
  typeof midpoint,
  typeof heun,
  typeof heun3,
  typeof rk4,
  typeof threeEighths,
] = [euler, midpoint, heun, heun3, rk4, threeEighths];

/** The name of a tableau. */
export type TableauName = (typeof tableaus)[number]["name"];

/**
 * The tableau of a name.
 *
 * @throws ArgumentError that lists the names where there is none.
 */
export function tableauOf(name: string): ButcherTableau {
  const found = tableaus.find((tableau) => tableau.name === name);
  if (found !== undefined) return found;
  throw new ArgumentError({
    problem: `there is no Runge–Kutta method "${name}"`,
    expected: tableaus.map((tableau) => tableau.name).join(", "),
    remedy: "give one of these names",
  });
}
