import type { Figure } from "./rows.ts";

/** A number with so many decimals and no zero before the point, from 10,000 on as in 5.97e6; a dash for what is not known. */
export const decimals =
  (digits: number) =>
  (value: number | null): string => {
    if (value === null) return "–";
    if (Math.abs(value) >= 1e4) return value.toExponential(2).replace("e+", "e");
    return value.toFixed(digits).replace(/^0\./u, ".");
  };

/** A figure with its interval, as in ".0400 (.0385 to .0430)", or with `between` in place of " to ". */
export const withInterval = (
  { value, interval }: Figure,
  { digits = 4, between = " to " }: { readonly digits?: number; readonly between?: string } = {},
): string => {
  const print = decimals(digits);
  const known = value === null ? null : interval;
  const ends = known === null ? "" : ` (${print(known.low)}${between}${print(known.high)})`;
  return `${print(value)}${ends}`;
};
