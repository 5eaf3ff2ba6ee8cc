export interface Tolerance {
  /** Allowed difference relative to |expected|; 1e-5 by default. */
  readonly rtol?: number;
  /** Allowed difference besides; 1e-6 by default. */
  readonly atol?: number;
}

interface Outcome {
  readonly pass: boolean;
  readonly message: () => string;
}

/** The matcher `expect(actual).toBeAllclose(expected, { rtol, atol })`, see `matchers.d.ts`. */
export function toBeAllclose(
  received: unknown,
  expected: number | ArrayLike<number>,
  { rtol = 1e-5, atol = 1e-6 }: Tolerance = {},
): Outcome {
  const actual = typeof received === "number" ? [received] : received;
  if (!isNumbers(actual)) {
    return { pass: false, message: () => `${String(received)} is neither a number nor an array` };
  }
  if (typeof expected !== "number" && expected.length !== actual.length) {
    return {
      pass: false,
      message: () => `there are ${actual.length} numbers, not ${expected.length}`,
    };
  }
  const wantedAt = (i: number): number =>
    typeof expected === "number" ? expected : (expected[i] as number);
  const excessAt = (i: number): number => {
    const [value, wanted] = [actual[i] as number, wantedAt(i)];
    const excess = Math.abs(value - wanted) - (atol + rtol * Math.abs(wanted));
    // The difference of two infinities is not a number.
    return value === wanted ? 0 : Number.isNaN(excess) ? Number.POSITIVE_INFINITY : excess;
  };
  const wrong = Array.from(actual, (_, i) => i).filter((i) => excessAt(i) > 0);
  const worst = wrong.reduce((most, i) => (excessAt(i) > excessAt(most) ? i : most), wrong[0] ?? 0);
  const allowed = `atol ${atol} + rtol ${rtol} · |expected|`;
  return {
    pass: wrong.length === 0,
    message: () =>
      wrong.length === 0
        ? `all ${actual.length} numbers are within ${allowed} of what they should not be`
        : `index ${worst}: ${actual[worst]} instead of ${wantedAt(worst)}, off by ${Math.abs((actual[worst] as number) - wantedAt(worst))} where ${allowed} allows ${atol + rtol * Math.abs(wantedAt(worst))}; ${wrong.length} of ${actual.length} numbers are wrong, and this one is the worst`,
  };
}

function isNumbers(value: unknown): value is ArrayLike<number> {
  return (
    (Array.isArray(value) || (ArrayBuffer.isView(value) && !(value instanceof DataView))) &&
    Array.from(value as ArrayLike<unknown>).every((each) => typeof each === "number")
  );
}
