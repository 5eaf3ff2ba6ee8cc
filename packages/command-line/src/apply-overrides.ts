import { ArgumentError } from "@eddyflow/core";
import { didYouMean } from "./nearest.ts";

type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

const kindOf = (value: unknown): string =>
  value === null ? "null" : Array.isArray(value) ? "list" : typeof value;

const article = (kind: string): string => (kind === "object" ? "an object" : `a ${kind}`);

function parseValue(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return text;
  }
}

/** Whether `value` may stand where `current` stands: same kind, and in a list the same kind of entries. */
function sameKind(current: unknown, value: unknown): boolean {
  if (kindOf(current) !== kindOf(value)) return false;
  if (!Array.isArray(current) || !Array.isArray(value) || current.length === 0) return true;
  return value.every((entry) => sameKind(current[0], entry));
}

function replaced(node: unknown, path: readonly string[], at: number, text: string): unknown {
  const [whole, key] = [path.join("."), path[at]];
  if (key === undefined) {
    // A name stays a name: name=7 is the text "7".
    const value = typeof node === "string" && !text.startsWith('"') ? text : parseValue(text);
    if (sameKind(node, value)) return value;
    throw new ArgumentError({
      problem: `${whole} cannot be ${JSON.stringify(value)}`,
      expected: `${article(kindOf(node))} such as ${JSON.stringify(node)}`,
      remedy: `write ${whole}=${JSON.stringify(node)}, or another value of that kind`,
    });
  }
  const isBranch = typeof node === "object" && node !== null;
  if (!isBranch || !Object.hasOwn(node, key) || (Array.isArray(node) && key === "length")) {
    const parent = path.slice(0, at).join(".");
    const known = isBranch ? Object.keys(node) : [];
    throw new ArgumentError({
      problem: `unknown key "${whole}"`,
      expected: isBranch
        ? `${parent === "" ? "one of" : `after "${parent}." one of`} ${known.join(", ")}`
        : `a shorter key, because ${parent} is ${article(kindOf(node))}`,
      remedy: isBranch
        ? didYouMean(
            path.slice(0, at + 1).join("."),
            known.map((name) => [...path.slice(0, at), name].join(".")),
          )
        : `write ${parent}=…`,
    });
  }
  const child = replaced((node as Readonly<Record<string, unknown>>)[key], path, at + 1, text);
  return Array.isArray(node) ? node.with(Number(key), child) : { ...node, [key]: child };
}

/**
 * The configuration with `key.path=value` texts applied in turn; the configuration itself is untouched.
 * A value is read as JSON where it is JSON and as text otherwise; it must be of the kind that it replaces,
 * and the key must exist.
 *
 * @throws ArgumentError for an unknown key, naming the nearest one, and for a value of another kind.
 */
export function applyOverrides<Config extends object>(
  config: Config,
  overrides: readonly string[],
): Config {
  let result: unknown = config;
  for (const override of overrides) {
    const split = override.indexOf("=");
    if (split < 1) {
      throw new ArgumentError({
        problem: `"${override}" is not an override`,
        expected: "key.path=value",
        remedy: "write the key, an equals sign and the value without spaces",
      });
    }
    result = replaced(result, override.slice(0, split).split("."), 0, override.slice(split + 1));
  }
  return result as Config;
}
