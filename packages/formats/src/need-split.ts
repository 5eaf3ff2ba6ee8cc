import { ArgumentError } from "@eddyflow/core";
import type { OpenDataOptions } from "./open-data-options.ts";

/**
 * The split that is asked for, of files that hold several.
 *
 * @throws ArgumentError where the options do not say which.
 */
export function needSplit(
  path: string,
  { split }: OpenDataOptions,
): NonNullable<OpenDataOptions["split"]> {
  if (split !== undefined) return split;
  throw new ArgumentError({
    problem: `${path} has several splits`,
    expected: "the option split: train, validation or test",
    remedy: "say which",
  });
}
