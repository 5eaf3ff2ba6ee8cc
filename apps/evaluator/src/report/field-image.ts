import { interpolateRdBu, interpolateYlGnBu } from "d3-scale-chromatic";
import { encode } from "fast-png";

/** Which value has which colour. Values beyond the ends have the colour of the end. */
export interface ColourScale {
  /** "diverging" is blue, white, red; "sequential" grows from light to dark, also in a copy without colour. */
  readonly kind: "diverging" | "sequential";
  readonly low: number;
  readonly high: number;
}

const numColours = 255;

const tableOf = (colour: (part: number) => string): number[][] => [
  ...Array.from({ length: numColours }, (_, index) =>
    (colour(index / (numColours - 1)).match(/\d+/g) ?? []).map(Number),
  ),
  // The last entry, for what is no finite number.
  [0, 0, 0],
];

const tables = {
  diverging: tableOf((part) => interpolateRdBu(1 - part)),
  sequential: tableOf(interpolateYlGnBu),
} as const;

/**
 * A two-dimensional field `[row, column]` as a PNG in a data URI, one pixel for each point, so that one sees what the
 * model produced. Values that are not finite are black.
 */
export function fieldImage(
  field: ArrayLike<number>,
  [rows, columns]: readonly [number, number],
  { kind, low, high }: ColourScale,
): string {
  const data = Uint8Array.from({ length: rows * columns }, (_, point) => {
    const value = field[point] as number;
    if (!Number.isFinite(value)) return numColours;
    const scaled = Math.round(((value - low) / (high - low)) * (numColours - 1));
    return Math.min(numColours - 1, Math.max(0, scaled));
  });
  const png = encode(
    { width: columns, height: rows, data, channels: 1, depth: 8, palette: tables[kind] },
    { zlib: { level: 9 } },
  );
  return `data:image/png;base64,${Buffer.from(png).toString("base64")}`;
}

/** Symmetric about the truth's mean, so that white is the average in every frame. */
export function divergingScale(frames: readonly Float32Array[]): ColourScale {
  let sum = 0;
  let count = 0;
  for (const frame of frames) {
    for (const value of frame) sum += value;
    count += frame.length;
  }
  const mean = count === 0 ? 0 : sum / count;
  let range = 0;
  for (const frame of frames)
    for (const value of frame) range = Math.max(range, Math.abs(value - mean));
  // A mean much smaller than the range would only make the numbers of the bar crooked.
  const centre = Math.abs(mean) < 0.02 * range ? 0 : mean;
  const reach = range > 0 ? range : 1;
  return { kind: "diverging", low: centre - reach, high: centre + reach };
}

/** From zero to the greatest finite value. */
export function spreadScale(frames: readonly Float32Array[]): ColourScale {
  let high = 0;
  for (const frame of frames)
    for (const value of frame) if (Number.isFinite(value)) high = Math.max(high, value);
  return { kind: "sequential", low: 0, high: high > 0 ? high : 1 };
}
