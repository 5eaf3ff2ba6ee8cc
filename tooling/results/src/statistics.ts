const isNumber = (value: number | null): value is number => value !== null;

/** The mean, or null where one is missing: a seed that diverged must not leave a row that looks better. */
export function mean(values: readonly (number | null)[]): number | null {
  const present = values.filter(isNumber);
  if (present.length === 0 || present.length < values.length) return null;
  return present.reduce((sum, value) => sum + value, 0) / present.length;
}

/** The deviation of the values (n − 1), or null of fewer than two, or where one is missing. */
export function deviation(values: readonly (number | null)[]): number | null {
  const centre = mean(values);
  if (centre === null || values.length < 2) return null;
  const squares = values.filter(isNumber).reduce((sum, value) => sum + (value - centre) ** 2, 0);
  return Math.sqrt(squares / (values.length - 1));
}

/** A mean and half of the width of its confidence interval, which is null for one value. */
export interface Estimate {
  readonly mean: number | null;
  readonly half: number | null;
}

/** The mean of independent values from a normal law, with its 95 % interval mean ± t s/√n. */
export function estimate(values: readonly (number | null)[]): Estimate {
  const spread = deviation(values);
  const half =
    spread === null
      ? null
      : (studentQuantile(0.975, values.length - 1) * spread) / Math.sqrt(values.length);
  return { mean: mean(values), half };
}

/**
 * The q for which a variable of Student's t law is at most q with the given probability, at least ½.
 *
 * Source: Abramowitz and Stegun, Handbook of Mathematical Functions, 26.7.3 and 26.7.4, P(|T| < t) as a finite sum
 * over powers of cos θ, θ = arctan(t/√ν).
 *
 * @param degrees - degrees of freedom ν, a whole number of at least 1.
 */
export function studentQuantile(probability: number, degrees: number): number {
  const inside = 2 * probability - 1;
  let [low, high] = [0, Math.PI / 2];
  // Each halving gives one bit of θ.
  for (let bit = 0; bit < 60; bit++) {
    const middle = (low + high) / 2;
    if (probabilityWithin(middle, degrees) < inside) low = middle;
    else high = middle;
  }
  return Math.sqrt(degrees) * Math.tan((low + high) / 2);
}

/** P(|T| < √ν tan θ). */
function probabilityWithin(angle: number, degrees: number): number {
  const cosine = Math.cos(angle);
  const odd = degrees % 2 === 1;
  let term = odd ? cosine : 1;
  let sum = 0;
  for (let power = odd ? 1 : 0; power <= degrees - 2; power += 2) {
    sum += term;
    term *= ((power + 1) / (power + 2)) * cosine ** 2;
  }
  return odd ? (2 / Math.PI) * (angle + Math.sin(angle) * sum) : Math.sin(angle) * sum;
}
