import type { Draw } from "./draw.ts";

type Place = { readonly of: Record<string, unknown>; readonly key: string };

function places(value: unknown): Place[] {
  if (typeof value !== "object" || value === null) return [];
  const of = value as Record<string, unknown>;
  return Object.keys(of).flatMap((key) => [{ of, key }, ...places(of[key])]);
}

const deep = (depth: number): unknown => JSON.parse(`${"[".repeat(depth)}${"]".repeat(depth)}`);

/** Values of types and sizes that nobody expects. */
const values: readonly (() => unknown)[] = [
  () => null,
  () => [],
  () => ({}),
  () => "",
  () => "\u001b[31mred\u001b[0m\u202e\n",
  () => "x".repeat(100_000),
  () => -1,
  () => 0,
  () => 0.5,
  () => 1e308,
  () => 2 ** 53,
  () => true,
  () => [[null]],
  () => deep(50),
  () => deep(5000),
  () => ["a", 1, {}],
  () => ({ kind: "unknown", name: "unknown", configuration: null }),
  () => JSON.parse('{"__proto__":{"polluted":1},"constructor":null}'),
];

/** The file with one value replaced, removed or put elsewhere; null where the file is no JSON. */
export function damageJson(bytes: Uint8Array, draw: Draw): Uint8Array | null {
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    return null;
  }
  const all = places(json);
  const place = all[draw(all.length)];
  if (place === undefined) return null;
  const { of, key } = place;
  const other = all[draw(all.length)] as Place;
  const what = draw(10);
  if (what === 0) delete of[key];
  else if (what === 1) of[key] = structuredClone(other.of[other.key]);
  else if (what === 2) of[`${key}\u001b[1m`] = of[key];
  else of[key] = (values[draw(values.length)] as () => unknown)();
  try {
    return new TextEncoder().encode(JSON.stringify(json));
  } catch {
    return null;
  }
}
