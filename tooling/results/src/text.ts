/** A number with so many decimals and no zero before the point; a dash for what is not known. */
export const decimals =
  (digits: number) =>
  (value: number | null): string =>
    value === null ? "–" : value.toFixed(digits).replace(/^0\./u, ".");
