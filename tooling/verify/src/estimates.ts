import type { Estimate } from "./check.ts";

/** The mean of independent values, with its standard error; at least two. */
export function meanEstimate(values: readonly number[]): Estimate {
  const n = values.length;
  const mean = values.reduce((sum, x) => sum + x, 0) / n;
  const square = values.reduce((sum, x) => sum + (x - mean) ** 2, 0);
  return { value: mean, standardError: Math.sqrt(square / (n - 1) / n) };
}

/** The root of the mean of independent values, a standard deviation from variances: d√m = dm/2√m. */
export function rootMeanEstimate(values: readonly number[]): Estimate {
  const { value, standardError } = meanEstimate(values);
  return { value: Math.sqrt(value), standardError: standardError / (2 * Math.sqrt(value)) };
}

/**
 * The mean that many cheap runs would have had if they had been dear ones like the first few: their mean and the
 * mean of dear less cheap (Giles, Oper. Res. 56 (2008) 607).
 */
export function twoLevelMean(cheap: readonly number[], dear: readonly number[]): Estimate {
  const base = meanEstimate(cheap);
  const change = meanEstimate(dear.map((x, i) => x - (cheap[i] as number)));
  return {
    value: base.value + change.value,
    standardError: Math.hypot(base.standardError, change.standardError),
  };
}

/** The root of the same for values that grow by a factor, a standard deviation from variances. */
export function twoLevelRootMean(cheap: readonly number[], dear: readonly number[]): Estimate {
  const shared = cheap.slice(0, dear.length);
  const sum = (values: readonly number[]) => values.reduce((total, x) => total + x, 0);
  const factor = sum(dear) / sum(shared);
  const base = meanEstimate(cheap);
  const rest = meanEstimate(dear.map((x, i) => x - factor * (shared[i] as number)));
  const value = Math.sqrt(factor * base.value);
  const relative = Math.hypot(
    base.standardError / base.value,
    (rest.standardError * dear.length) / sum(dear),
  );
  return { value, standardError: 0.5 * relative * value };
}
