import { ArgumentError } from "@eddyflow/core";

/** The parts whose name contains a text, all of them without one. */
export function chosen<Part extends { readonly name: string }>(
  parts: readonly Part[],
  only: string | undefined,
): readonly Part[] {
  const found = parts.filter(({ name }) => only === undefined || name.includes(only));
  if (found.length > 0) return found;
  throw new ArgumentError({
    problem: `nothing has "${only}" in its name`,
    expected: parts.map(({ name }) => name).join("; "),
    remedy: "give part of one of these names",
  });
}
