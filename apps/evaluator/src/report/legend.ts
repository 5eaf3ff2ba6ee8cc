import type { ContestantStyle } from "./contestant-styles.ts";
import { textSvg } from "./plot-svg.ts";
import { styleSample } from "./series-marks.ts";

/** A legend below a chart: each style with its name, in columns that are read downwards. */
export function legend(
  entries: readonly { readonly name: string; readonly style: ContestantStyle }[],
  {
    top,
    width,
    columns,
    fontSize,
  }: {
    readonly top: number;
    readonly width: number;
    readonly columns: number;
    readonly fontSize: number;
  },
): {
  readonly height: number;
  readonly parts: readonly { readonly svg: string; readonly x: number; readonly y: number }[];
} {
  const rowHeight = fontSize + 6;
  const rows = Math.ceil(entries.length / columns);
  const parts = entries.flatMap(({ name, style }, index) => {
    const x = 8 + Math.floor(index / rows) * (width / columns);
    const y = top + (index % rows) * rowHeight;
    return [
      { svg: styleSample(style), x, y },
      { svg: textSvg(name, fontSize), x: x + 42, y },
    ];
  });
  return { height: rows * rowHeight, parts };
}
