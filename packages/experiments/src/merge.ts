const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Whether both are tagged choices, of which the second is another one. */
const isOtherKind = (
  base: Readonly<Record<string, unknown>>,
  over: Readonly<Record<string, unknown>>,
) => ["kind", "system"].some((tag) => tag in base && tag in over && base[tag] !== over[tag]);

/**
 * Plain data put over plain data: records are merged key by key; lists and values are replaced, as is a choice
 * (`kind`, `system`) by another one, whose keys the old ones would not fit. Neither argument is changed.
 */
export function merge(base: unknown, over: unknown): unknown {
  if (over === undefined) return base;
  if (!isRecord(base) || !isRecord(over) || isOtherKind(base, over)) return over;
  const keys = [...new Set([...Object.keys(base), ...Object.keys(over)])];
  return Object.fromEntries(keys.map((key) => [key, merge(base[key], over[key])]));
}
