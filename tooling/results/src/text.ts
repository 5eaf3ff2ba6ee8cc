import type { Figure } from "./rows.ts";

/** A number with so many decimals and no zero before the point; a dash for what is not known. */
export const decimals =
  (digits: number) =>
  (value: number | null): string =>
    value === null ? "–" : value.toFixed(digits).replace(/^0\./u, ".");

/** A figure with its interval, as in ".0400 (.0385 to .0430)". */
export const withInterval = ({ value, interval }: Figure): string =>
  `${decimals(4)(value)}${
    interval === null ? "" : ` (${decimals(4)(interval.low)} to ${decimals(4)(interval.high)})`
  }`;
