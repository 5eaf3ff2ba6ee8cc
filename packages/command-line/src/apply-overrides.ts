import { ArgumentError } from "@eddyflow/core";
import type { z } from "zod";
import { didYouMean } from "./nearest.ts";
import { schemaProblem } from "./schema-problem.ts";
import { aboutOf, childrenOf, choiceOf, takesText, valueOr } from "./schema-tree.ts";

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function parseValue(text: string, schema: unknown, value: unknown): unknown {
  if (takesText(schema, value) && !text.startsWith('"')) return text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

const shown = (value: unknown): string => JSON.stringify(value) ?? "nothing";

/** A value at the end of a key's path, once its schema takes it. */
function leaf(schema: z.ZodType, before: unknown, key: string, text: string): unknown {
  const value = parseValue(text, schema, before);
  const problem = schemaProblem(schema, value);
  if (problem === null) return value;
  const example = valueOr(schema, before);
  const about = aboutOf(schema);
  const inner = problem.key === "" ? "" : `at ${problem.key}: `;
  throw new ArgumentError({
    problem: `${key} cannot be ${shown(value)} (${inner}${problem.message})`,
    expected: about ?? `something like ${shown(example)}`,
    remedy:
      problem.advice ??
      (example === undefined ? "give another value" : `write ${key}=${shown(example)} or the like`),
  });
}

function replaced(
  schema: unknown,
  given: unknown,
  path: readonly string[],
  at: number,
  text: string,
): unknown {
  const whole = path.join(".");
  const key = path[at];
  if (key === undefined) return leaf(schema as z.ZodType, given, whole, text);
  const value = valueOr(schema, given);
  const choice = choiceOf(schema);
  if (choice !== null && key === choice.tag && at === path.length - 1) {
    if (isRecord(value) && value[key] === text) return value;
    // Another kind has keys of its own, for which it has defaults.
    if (choice.kinds.includes(text)) return { [key]: text };
    throw new ArgumentError({
      problem: `${whole} cannot be ${shown(text)}`,
      expected: choice.kinds.join(", "),
      remedy: didYouMean(text, choice.kinds),
    });
  }
  const children = childrenOf(schema, value);
  const child = children.get(key);
  if (child === undefined)
    throw unknownKey(path, at, { value, choice, known: [...children.keys()] });
  const isList = Array.isArray(value);
  const before = isList ? value[Number(key)] : isRecord(value) ? value[key] : undefined;
  const after = replaced(child, before, path, at + 1, text);
  return isList ? value.with(Number(key), after) : { ...(value as object), [key]: after };
}

function unknownKey(
  path: readonly string[],
  at: number,
  {
    value,
    choice,
    known,
  }: {
    readonly value: unknown;
    readonly choice: ReturnType<typeof choiceOf>;
    readonly known: readonly string[];
  },
): ArgumentError {
  const parent = path.slice(0, at).join(".");
  if (known.length === 0) {
    return new ArgumentError({
      problem: `unknown key "${path.join(".")}"`,
      expected: `a shorter key, because ${parent} is ${shown(value)}`,
      remedy: `write ${parent}=…`,
    });
  }
  // A function, which "own" needs, cannot be typed.
  const full = known.map((name) => [...path.slice(0, at), name].join("."));
  const kind = choice !== null && isRecord(value) ? String(value[choice.tag]) : null;
  return new ArgumentError({
    problem:
      kind === null
        ? `unknown key "${path.join(".")}"`
        : `unknown key "${path.join(".")}" while ${parent}.${choice?.tag} is ${kind}`,
    expected: `${parent === "" ? "one of" : `after "${parent}." one of`} ${known.join(", ")}`,
    remedy:
      kind === null || choice === null
        ? didYouMean(path.slice(0, at + 1).join("."), full)
        : `${didYouMean(path.slice(0, at + 1).join("."), full)} Or write ${parent}.${choice.tag}=${choice.kinds.filter((name) => name !== kind && name !== "own").join(" or ")} first`,
  });
}

/** A text `key.path=value` in its two parts. */
function splitOverride(text: string): {
  readonly path: readonly string[];
  readonly value: string;
} {
  const split = text.indexOf("=");
  if (split < 1) {
    throw new ArgumentError({
      problem: `"${text}" is not an override`,
      expected: "key.path=value",
      remedy: "write the key, an equals sign and the value without spaces",
    });
  }
  return { path: text.slice(0, split).split("."), value: text.slice(split + 1) };
}

/**
 * The configuration with `key.path=value` texts applied in turn; the configuration itself is untouched. Any key
 * that the schema knows can be set, whether the configuration has it or not; switching a `kind` leaves that kind's
 * defaults to the schema. A value is read as JSON where it is JSON, and as text otherwise or where the schema wants
 * a text. What keys say together is for the schema to check afterwards.
 *
 * @throws ArgumentError for an unknown key, naming the nearest one, and for a value that the key's schema refuses.
 */
export function applyOverrides<Config extends object>(
  schema: z.ZodType,
  config: Config,
  overrides: readonly string[],
): Config {
  return overrides.reduce<Config>((result, override) => {
    const { path, value } = splitOverride(override);
    return replaced(schema, result, path, 0, value) as Config;
  }, config);
}
