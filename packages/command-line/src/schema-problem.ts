import { z } from "zod";
import { didYouMean } from "./nearest.ts";

/** What is wrong with a value, and where. */
export interface SchemaProblem {
  /** The path of the key, with dots; empty for the whole. */
  readonly key: string;
  readonly message: string;
  /** The nearest right name, as advice, where a wrong one was given. */
  readonly advice: string | null;
}

const isRecord = (value: unknown): value is Readonly<Record<PropertyKey, unknown>> =>
  typeof value === "object" && value !== null;

/** The keys that a schema knows at a path of a value. */
function knownKeys(schema: unknown, value: unknown, path: readonly PropertyKey[]): string[] {
  const [key, ...rest] = path;
  const at = isRecord(value) && key !== undefined ? value[key] : undefined;
  if (schema instanceof z.ZodObject) {
    return key === undefined
      ? Object.keys(schema.shape)
      : knownKeys(schema.shape[String(key)], at, rest);
  }
  if (schema instanceof z.ZodDiscriminatedUnion) {
    const tag = schema.def.discriminator;
    const chosen = schema.options.filter(
      (option) =>
        option instanceof z.ZodObject &&
        isRecord(value) &&
        option.shape[tag]?.safeParse(value[tag]).success,
    );
    return chosen.flatMap((option) => knownKeys(option, value, path));
  }
  if (schema instanceof z.ZodUnion) {
    return schema.options.flatMap((option) => knownKeys(option, value, path));
  }
  if (schema instanceof z.ZodArray) return knownKeys(schema.element, at, rest);
  if (schema instanceof z.ZodExactOptional || schema instanceof z.ZodDefault)
    return knownKeys(schema.unwrap(), value, path);
  return [];
}

/** The issue to tell: a key that is not known is often the misspelt one that is missing. */
const foremost = (issues: readonly z.core.$ZodIssue[]) =>
  issues.find(({ code }) => code === "unrecognized_keys") ?? issues[0];

/** The issue inside a union that speaks of the one branch of the value's own kind, if there is one. */
function innermost(issue: z.core.$ZodIssue): z.core.$ZodIssue {
  if (issue.code !== "invalid_union") return issue;
  const branches = issue.errors.filter((all) =>
    all.every(({ code, path }) => code !== "invalid_type" || path.length > 0),
  );
  const inner = branches.length === 1 ? foremost(branches[0] ?? []) : undefined;
  return inner === undefined
    ? issue
    : innermost({ ...inner, path: [...issue.path, ...inner.path] });
}

/** The first thing that is wrong with a value, or null where it fits the schema. */
export function schemaProblem(schema: z.ZodType, value: unknown): SchemaProblem | null {
  const first = foremost(schema.safeParse(value).error?.issues ?? []);
  if (first === undefined) return null;
  const issue = innermost(first);
  const path = issue.path.map(String);
  if (issue.code === "unrecognized_keys") {
    const [name = ""] = issue.keys;
    const known = knownKeys(schema, value, issue.path).map((key) => [...path, key].join("."));
    const key = [...path, name].join(".");
    return {
      key,
      message: "unknown key",
      advice: known.length > 0 ? didYouMean(key, known) : null,
    };
  }
  const key = path.join(".");
  const options =
    "options" in issue && Array.isArray(issue.options) ? issue.options.map(String) : [];
  const given = issue.path.reduce<unknown>(
    (at, name) => (isRecord(at) ? at[name] : undefined),
    value,
  );
  return {
    key,
    message: issue.message.replace(/^Invalid (input: |discriminator value\. E)/u, (_, cut) =>
      cut === "input: " ? "" : "e",
    ),
    advice: options.length > 0 && typeof given === "string" ? didYouMean(given, options) : null,
  };
}
