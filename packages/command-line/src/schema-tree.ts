import { z } from "zod";

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** A schema without what wraps it, and the value that it takes where there is none. */
interface Bare {
  readonly schema: unknown;
  readonly fallback: unknown;
}

/** Looks through defaults and options at what a value must be. */
function bare(schema: unknown): Bare {
  let current = schema;
  let fallback: unknown;
  for (;;) {
    if (current instanceof z.ZodDefault || current instanceof z.ZodPrefault) {
      fallback ??= current.def.defaultValue;
      current = current.def.innerType;
    } else if (
      current instanceof z.ZodOptional ||
      current instanceof z.ZodExactOptional ||
      current instanceof z.ZodReadonly ||
      current instanceof z.ZodNonOptional
    ) {
      current = current.def.innerType;
    } else {
      return { schema: current, fallback };
    }
  }
}

/** The value at a key as it will be: the one given, or the schema's own. */
export function valueOr(schema: unknown, value: unknown): unknown {
  return value === undefined ? bare(schema).fallback : value;
}

/** The schemas that may be meant for a value: of a choice that of its own kind, of a union all that fit its form. */
function candidates(schema: unknown, value: unknown): readonly unknown[] {
  const { schema: own } = bare(schema);
  if (own instanceof z.ZodDiscriminatedUnion) {
    const tag = own.def.discriminator;
    return own.options.filter(
      (option) =>
        option instanceof z.ZodObject &&
        isRecord(value) &&
        option.shape[tag]?.safeParse(value[tag]).success,
    );
  }
  if (own instanceof z.ZodUnion) {
    const all = own.options.flatMap((option) => candidates(option, value));
    const fits = all.filter((option) =>
      option instanceof z.ZodArray
        ? Array.isArray(value)
        : option instanceof z.ZodObject
          ? isRecord(value)
          : true,
    );
    return fits.length > 0 ? fits : all;
  }
  return [own];
}

/** The tag of a choice and its values, or null where a schema is none. */
export function choiceOf(
  schema: unknown,
): { readonly tag: string; readonly kinds: readonly string[] } | null {
  const { schema: own } = bare(schema);
  if (!(own instanceof z.ZodDiscriminatedUnion)) return null;
  const tag = own.def.discriminator;
  const kinds = own.options.flatMap((option) => {
    const literal = option instanceof z.ZodObject ? option.shape[tag] : undefined;
    return literal instanceof z.ZodLiteral ? [...literal.values].map(String) : [];
  });
  return { tag, kinds };
}

/** The keys that a value may have by its schemas, with the schema of each. */
export function childrenOf(schema: unknown, value: unknown): ReadonlyMap<string, unknown> {
  const children = new Map<string, unknown>();
  for (const candidate of candidates(schema, value)) {
    if (candidate instanceof z.ZodObject) {
      for (const [key, child] of Object.entries(candidate.shape)) {
        if (!children.has(key)) children.set(key, child);
      }
    } else if (Array.isArray(value) && candidate instanceof z.ZodArray) {
      for (const i of value.keys()) children.set(String(i), candidate.element);
    } else if (Array.isArray(value) && candidate instanceof z.ZodTuple) {
      for (const [i, item] of candidate.def.items.entries()) children.set(String(i), item);
    }
  }
  return children;
}

/** Whether a text stands for itself, where it is no JSON of another kind that fits. */
export function takesText(schema: unknown, value: unknown): boolean {
  return candidates(schema, value).some(
    (candidate) =>
      candidate instanceof z.ZodString ||
      candidate instanceof z.ZodEnum ||
      candidate instanceof z.ZodLiteral,
  );
}

/** What a schema says of itself. */
export function aboutOf(schema: unknown): string | null {
  let current = schema;
  for (;;) {
    if (current instanceof z.ZodType && current.description !== undefined) {
      return current.description;
    }
    const inner =
      current instanceof z.ZodType && "innerType" in current.def
        ? current.def.innerType
        : undefined;
    if (inner === undefined) return null;
    current = inner;
  }
}
