import { unusable } from "../source.ts";

/** An end of the values that are valid, with the name of the attribute that says so. */
interface Bound {
  readonly name: string;
  readonly value: number;
}

/** What the attributes of a dataset say of its numbers. */
export interface ValueRules {
  /** Values that stand for no value, with the name of the attribute that says so. */
  readonly missing: readonly { readonly name: string; readonly value: number }[];
  /** Values below or above these are none either; they are of what is stored. */
  readonly least: Bound | null;
  readonly most: Bound | null;
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
const [validRange, validMin, validMax] = ["valid_range", "valid_min", "valid_max"] as const;

/** The attributes that are honoured. */
export const ruleNames: readonly string[] = [
  ...[fill, missing, scaleFactor, addOffset],
  ...[validRange, validMin, validMax],
];

/**
 * The rules in a dataset's attributes, as NetCDF's conventions define them: `_FillValue` and `missing_value` stand for no
 * value, and neither does what lies outside `valid_range`, or beyond `valid_min` or `valid_max`. `scale_factor` and
 * `add_offset` turn what is stored into what is meant; all other attributes are of what is stored.
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
  const range = numbers(validRange);
  const isRange = range.length === 2 && (range[0] as number) <= (range[1] as number);
  if (range.length > 0 && !isRange) {
    throw unusable(
      `${where}: the attribute "${validRange}" is ${range.join(", ")}`,
      "two numbers, the least first",
    );
  }
  const bound = (name: string, ofRange: number | undefined): Bound | null => {
    if (ofRange !== undefined) return { name: validRange, value: ofRange };
    return numbers(name).length === 0 ? null : { name, value: one(name, 0) };
  };
  return {
    least: bound(validMin, range[0]),
    most: bound(validMax, range[1]),
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
 * @throws DataError naming the first value that stands for none or is not valid.
 */
export function applyRules(
  stored: ArrayLike<number>,
  { missing: none, least, most, scale, offset }: ValueRules,
  where: string,
): ArrayLike<number> {
  const isFloat32 = stored instanceof Float32Array;
  const rounded = (value: number) => (isFloat32 ? Math.fround(value) : value);
  for (const { name, value } of none) {
    const wanted = rounded(value);
    for (let i = 0; i < stored.length; i++) {
      if (stored[i] !== wanted) continue;
      throw unusable(
        `${where} is missing at position ${i}: ${wanted} is ${name}`,
        "a value everywhere",
      );
    }
  }
  const lowest = rounded(least?.value ?? Number.NEGATIVE_INFINITY);
  const highest = rounded(most?.value ?? Number.POSITIVE_INFINITY);
  for (let i = 0; (least !== null || most !== null) && i < stored.length; i++) {
    const value = stored[i] as number;
    if (!(value < lowest || value > highest)) continue;
    const [word, { name, value: end }] =
      value < lowest ? ["below", least as Bound] : ["above", most as Bound];
    throw unusable(
      `${where} is not valid at position ${i}: ${value} is ${word} ${end}, as ${name} says`,
      "valid values everywhere",
    );
  }
  if (scale === 1 && offset === 0) return stored;
  return Float64Array.from(stored, (value) => value * scale + offset);
}
