import { interpolateRdBu } from "d3-scale-chromatic";
import { encode } from "fast-png";

/** White at `centre`, red above, blue below; saturated at `centre` ± `range`. */
export interface ColourScale {
  readonly centre: number;
  readonly range: number;
}

const table = Uint8Array.from(
  Array.from({ length: 256 }, (_, index) =>
    (interpolateRdBu(1 - index / 255).match(/\d+/g) ?? []).map(Number),
  ).flat(),
);

/**
 * A two-dimensional field `[y, x]` as a PNG in a data URI. Each cell is `zoom` pixels wide and has sharp edges, so
 * that one sees what the model produced. Values that are not finite are black.
 */
export function fieldImage(
  field: ArrayLike<number>,
  [rows, columns]: readonly [number, number],
  { centre, range }: ColourScale,
  zoom: number,
): string {
  const width = columns * zoom;
  const data = new Uint8Array(rows * zoom * width * 3);
  for (let y = 0; y < rows * zoom; y++)
    for (let x = 0; x < width; x++) {
      const value = field[Math.floor(y / zoom) * columns + Math.floor(x / zoom)] as number;
      if (!Number.isFinite(value)) continue;
      const scaled = Math.round(((value - centre) / range + 1) * 127.5);
      const entry = Math.min(255, Math.max(0, scaled)) * 3;
      data.set(table.subarray(entry, entry + 3), (y * width + x) * 3);
    }
  const png = encode({ width, height: rows * zoom, data, channels: 3, depth: 8 });
  return `data:image/png;base64,${Buffer.from(png).toString("base64")}`;
}
