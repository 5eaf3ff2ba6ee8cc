import { ArgumentError } from "@eddyflow/core";
import { cosineSpacing } from "./cosine-spacing.ts";
import type { TimeSpacing } from "./time-spacing.ts";
import { uniformSpacing } from "./uniform-spacing.ts";

/** The spacings that recipes name. */
export const spacings: readonly [typeof uniformSpacing, typeof cosineSpacing] = [
  uniformSpacing,
  cosineSpacing,
];

/** The name of a spacing. */
export type SpacingName = (typeof spacings)[number]["name"];

/**
 * The spacing of a name.
 *
 * @throws ArgumentError that lists the names where there is none.
 */
export function spacingOf(name: string): TimeSpacing {
  const found = spacings.find((spacing) => spacing.name === name);
  if (found !== undefined) return found;
  throw new ArgumentError({
    problem: `there is no spacing of times "${name}"`,
    expected: spacings.map((spacing) => spacing.name).join(", "),
    remedy: "give one of these names",
  });
}

/** Of times that are sums and sines in 64 bits. */
const rounding = 1e-12;

/** The name of the spacing that so many times have, "uniform" for two or three; "own" where they have none of these. */
export function spacingBetween(times: readonly number[]): SpacingName | "own" {
  const found = spacings.find(({ times: timesOf }) =>
    timesOf(times.length - 1).every((time, i) => Math.abs(time - (times[i] as number)) < rounding),
  );
  return found?.name ?? "own";
}
