import type { Figure } from "./rows.ts";

/** A number with so many decimals and no zero before the point, from 10,000 on as in 5.97e6; a dash for what is not known. */
export const decimals =
  (digits: number) =>
  (value: number | null): string => {
    if (value === null) return "–";
    if (Math.abs(value) >= 1e4) return value.toExponential(2).replace("e+", "e");
    return value.toFixed(digits).replace(/^0\./u, ".");
  };

/** A figure with its interval, as in ".0400 (.0385 to .0430)". */
export const withInterval = ({ value, interval }: Figure): string =>
  `${decimals(4)(value)}${
    interval === null ? "" : ` (${decimals(4)(interval.low)} to ${decimals(4)(interval.high)})`
  }`;
