import { ArgumentError } from "@eddyflow/core";

/** Whether it is an object with names. */
export const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

export const isCount = (value: unknown): boolean =>
  Number.isSafeInteger(value) && (value as number) > 0;
export const isWhole = (value: unknown): boolean =>
  Number.isSafeInteger(value) && (value as number) >= 0;
export const isPositive = (value: unknown): boolean =>
  Number.isFinite(value) && (value as number) > 0;
export const isText = (value: unknown): boolean => typeof value === "string";

/** Lists that are not empty, of entries that pass a check. */
export const listOf =
  (check: (entry: unknown) => boolean) =>
  (value: unknown): boolean =>
    Array.isArray(value) && value.length > 0 && value.every(check);

/** Whether it is a grid, with as many lengths and boundaries as axes. */
export const isGrid = (value: unknown): boolean => {
  if (!isRecord(value)) return false;
  const { shape, extent, boundary } = value;
  return (
    listOf(isCount)(shape) &&
    listOf(isPositive)(extent) &&
    listOf((entry) => entry === "periodic" || entry === "wall")(boundary) &&
    new Set([shape, extent, boundary].map((axes) => (axes as unknown[]).length)).size === 1
  );
};

/** The first attribute that does not pass its check, in words, or null. */
export function wrongAttribute(
  attributes: Readonly<Record<string, unknown>>,
  checks: Readonly<Record<string, (value: unknown) => boolean>>,
): string | null {
  const name = Object.keys(checks).find((one) => checks[one]?.(attributes[one]) === false);
  if (name === undefined) return null;
  return `attribute "${name}" is ${attributes[name] === undefined ? "missing" : "not usable"}`;
}

/** Refuses to begin a store that could not be opened again. @throws ArgumentError unless there is nothing wrong. */
export function refuseUnfit(wrong: string | null): void {
  if (wrong === null) return;
  throw new ArgumentError({
    problem: `a description whose ${wrong}`,
    expected: "one that a store can be opened with",
    remedy: "correct it",
  });
}
