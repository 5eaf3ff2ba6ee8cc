import type { Estimate } from "./statistics.ts";

/** A number with so many decimals and no zero before the point; a dash for what is not known. */
export const decimals =
  (digits: number) =>
  (value: number | null): string =>
    value === null ? "–" : value.toFixed(digits).replace(/^0\./u, ".");

/** A mean and half of the width of its interval. */
export const interval =
  (digits: number) =>
  ({ mean, half }: Estimate): string =>
    `${decimals(digits)(mean)}${half === null ? "" : ` ± ${decimals(digits)(half)}`}`;
