import * as Plot from "@observablehq/plot";
import type { ContestantStyle } from "./contestant-styles.ts";
import { plotSvg } from "./plot-svg.ts";

/** One line of a chart. */
export interface Series {
  readonly name: string;
  readonly style: ContestantStyle;
  readonly points: readonly (readonly [x: number, y: number])[];
  /** How sure each point is: from where to where it may lie. */
  readonly band?: readonly (readonly [x: number, low: number, high: number])[];
}

const numMarkers = 6;

/** A line with its markers, and the band of what is not sure under it. */
export function seriesMarks({ points, style, band = [] }: Series, index: number): Plot.Markish[] {
  const every = Math.max(1, Math.ceil(points.length / numMarkers));
  // Markers of different lines lie at different places, so that equal lines do not hide each other's.
  const marked = points.filter((_, at) => at % every === index % every);
  return [
    ...(band.length > 1
      ? [
          Plot.areaY(band, {
            x: (point: (typeof band)[number]) => point[0],
            y1: (point: (typeof band)[number]) => point[1],
            y2: (point: (typeof band)[number]) => point[2],
            fill: style.colour,
            fillOpacity: 0.1,
          }),
        ]
      : []),
    Plot.line(points, {
      stroke: style.colour,
      strokeWidth: style.width,
      strokeDasharray: style.dash,
    }),
    Plot.dot(points.length < 3 ? points : marked, markerOptions(style)),
  ];
}

/** How the marker of a style is drawn: open where it is made of strokes. */
export const markerOptions = (
  { colour, symbol, isOpen = false }: ContestantStyle,
  r = 3.5,
): Plot.DotOptions =>
  symbol === "times" || symbol === "asterisk" || symbol === "plus"
    ? { symbol, stroke: colour, strokeWidth: 1.5, r }
    : isOpen
      ? { symbol, fill: "var(--paper)", stroke: colour, strokeWidth: 1.5, r }
      : { symbol, fill: colour, r };

/** A piece of a line with its marker, as a legend shows it. */
export function styleSample(style: ContestantStyle): string {
  return plotSvg({
    width: 34,
    height: 14,
    margin: 0,
    x: { domain: [0, 34], range: [0, 34], axis: null },
    y: { domain: [0, 14], range: [14, 0], axis: null },
    marks: [
      Plot.line(
        [
          [1, 7],
          [33, 7],
        ],
        {
          stroke: style.colour,
          strokeWidth: style.width,
          strokeDasharray: style.dash,
        },
      ),
      Plot.dot([[17, 7]], markerOptions(style, 4)),
    ],
  });
}
