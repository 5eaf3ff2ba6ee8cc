import { unusable } from "../source.ts";

/** What the attributes of a dataset say of its numbers. */
export interface ValueRules {
  /** Values that stand for no value, with the name of the attribute that says so. */
  readonly missing: readonly { readonly name: string; readonly value: number }[];
  /** The values are scale · stored + offset. */
  readonly scale: number;
  readonly offset: number;
}

/** What NetCDF writes where nothing was written, as float32 and as float64. */
const neverWritten = 9.969209968386869e36;

const [fill, missing, scaleFactor, addOffset] = [
  "_FillValue",
  "missing_value",
  "scale_factor",
  "add_offset",
] as const;

/** The attributes that are honoured. */
export const ruleNames: readonly string[] = [fill, missing, scaleFactor, addOffset];

/**
 * The rules in a dataset's attributes, as NetCDF's conventions define them: `_FillValue` and `missing_value` stand for no
 * value, `scale_factor` and `add_offset` turn what is stored into what is meant.
 *
 * @see https://cfconventions.org, sections 2.5.1 and 8.1
 * @throws DataError where one of them is no number.
 */
export function valueRules(
  where: string,
  attribute: (name: string) => readonly (number | string)[] | undefined,
): ValueRules {
  const numbers = (name: string): readonly number[] => {
    const values = attribute(name) ?? [];
    if (values.every((value) => typeof value === "number")) return values;
    throw unusable(`${where}: the attribute "${name}" is ${JSON.stringify(values)}`, "a number");
  };
  const one = (name: string, otherwise: number): number => {
    const [value = otherwise, ...more] = numbers(name);
    if (more.length === 0 && Number.isFinite(value) && !(name === scaleFactor && value === 0))
      return value;
    throw unusable(
      `${where}: the attribute "${name}" is ${[value, ...more].join(", ")}`,
      "one finite number",
    );
  };
  return {
    missing: [
      ...[fill, missing].flatMap((name) => numbers(name).map((value) => ({ name, value }))),
      { name: "NetCDF's fill value", value: neverWritten },
    ],
    scale: one(scaleFactor, 1),
    offset: one(addOffset, 0),
  };
}

/**
 * Applies the rules to what was read.
 *
 * @throws DataError naming the first value that stands for none.
 */
export function applyRules(
  stored: ArrayLike<number>,
  { missing: none, scale, offset }: ValueRules,
  where: string,
): ArrayLike<number> {
  const isFloat32 = stored instanceof Float32Array;
  for (const { name, value } of none) {
    const wanted = isFloat32 ? Math.fround(value) : value;
    for (let i = 0; i < stored.length; i++) {
      if (stored[i] !== wanted) continue;
      throw unusable(
        `${where} is missing at position ${i}: ${wanted} is ${name}`,
        "a value everywhere",
      );
    }
  }
  if (scale === 1 && offset === 0) return stored;
  return Float64Array.from(stored, (value) => value * scale + offset);
}
