import * as Plot from "@observablehq/plot";
import {
  axisMarks,
  type ChartSize,
  chartSize,
  type Guide,
  guideFontSize,
  guideLines,
  headingMarks,
  narrowChartSize,
  pixelTexts,
  placeGuides,
  textWidth,
} from "./chart-parts.ts";
import type { ContestantStyle } from "./contestant-styles.ts";
import { legend } from "./legend.ts";
import { placeLabels } from "./place-labels.ts";
import { halo, paperSvg, placeInside, plotSvg } from "./plot-svg.ts";
import { markerOptions } from "./series-marks.ts";

/** A contestant at one budget in a cost–error chart; both values are positive. */
interface CostPoint {
  readonly msPerStep: number;
  readonly error: number;
}

/** The budgets of a contestant by one sampler, joined by a line. */
export interface CostLine {
  readonly label: string;
  readonly style: ContestantStyle;
  readonly points: readonly [CostPoint, ...CostPoint[]];
}

export interface CostChartOptions {
  readonly yLabel: string;
  readonly guides: readonly Guide[];
}

const marginRight = 24;

/** Of more lines the names stand in a legend, for beside their ends they would lie on each other. */
const mostNamed = 10;

/** Error against time per step, both logarithmic, with a name at the end of each line. Lower left is better. */
export const costChart = (
  title: string,
  lines: readonly CostLine[],
  options: CostChartOptions,
): { readonly svg: string; readonly narrow: string } => ({
  svg: draw(title, lines, options, chartSize),
  narrow: draw(title, lines, options, narrowChartSize),
});

function draw(
  title: string,
  lines: readonly CostLine[],
  { yLabel, guides }: CostChartOptions,
  size: ChartSize,
): string {
  const { width, height, marginTop, marginBottom, marginLeft, fontSize } = size;
  const points = lines.flatMap((line) => line.points);
  // The last is where a line has room beside it: it came there from the others.
  const ends = lines.map((line) => line.points.at(-1) as CostPoint);
  const guided = (axis: Guide["axis"]) => guides.filter((guide) => guide.axis === axis);
  const xDomain = padded(
    [...points.map((point) => point.msPerStep), ...guided("x").map((guide) => guide.at)],
    1.8,
  );
  const yDomain = padded(
    [...points.map((point) => point.error), ...guided("y").map((guide) => guide.at)],
    1.4,
  );
  const frame = {
    left: marginLeft,
    right: width - marginRight,
    top: marginTop,
    bottom: height - marginBottom,
  };
  const xScale = { type: "log" as const, domain: xDomain, range: [frame.left, frame.right] };
  const yScale = { type: "log" as const, domain: yDomain, range: [frame.bottom, frame.top] };
  const toX = Plot.scale({ x: xScale });
  const toY = Plot.scale({ y: yScale });
  const words = placeGuides(
    guides,
    (axis, value) => (axis === "x" ? toX : toY).apply(value) as number,
    frame,
  );
  const pixel = ({ msPerStep, error }: CostPoint) => ({
    x: toX.apply(msPerStep) as number,
    y: toY.apply(error) as number,
  });
  const isNamed = lines.length <= mostNamed;
  const placed = placeLabels(
    (isNamed ? lines : []).map(({ label }, index) => ({
      ...pixel(ends[index] as CostPoint),
      length: textWidth(label, fontSize),
    })),
    frame,
    [
      ...words.map((word) => ({ ...word, length: textWidth(word.text, guideFontSize) })),
      ...points
        .filter((point) => !ends.includes(point))
        .map((point) => ({ x: pixel(point).x - 7, y: pixel(point).y, length: 14 })),
    ],
  );
  const labels = placed.map((place, index) => ({
    text: lines[index]?.label ?? "",
    x: toX.invert?.(place.x) as number,
    y: toY.invert?.(place.y) as number,
    nearest: toX.invert?.(place.nearest) as number,
    far: place.far,
    style: lines[index]?.style as ContestantStyle,
    from: ends[index] as CostPoint,
  }));
  const svg = plotSvg({
    width,
    height,
    marginTop,
    marginBottom,
    marginLeft,
    marginRight,
    fontSize,
    x: { ...xScale, axis: null },
    y: { ...yScale, axis: null },
    marks: [
      ...axisMarks(
        { label: "time per step and sample (ms)", type: "log", domain: xDomain },
        { label: yLabel, type: "log", domain: yDomain },
        { xGrid: true },
      ),
      ...headingMarks(title, yLabel, size),
      ...guideLines(guides),
      Plot.link(
        labels.filter((label) => label.far),
        {
          x1: (label: (typeof labels)[number]) => label.from.msPerStep,
          y1: (label: (typeof labels)[number]) => label.from.error,
          x2: "nearest",
          y2: "y",
          stroke: (label: (typeof labels)[number]) => label.style.colour,
          strokeWidth: 1.2,
        },
      ),
      ...lines.flatMap(({ style, points }) => [
        Plot.line(points, {
          x: "msPerStep",
          y: "error",
          stroke: style.colour,
          strokeDasharray: style.dash,
        }),
        Plot.dot(points, {
          x: "msPerStep",
          y: "error",
          ...markerOptions(style, points.length === 1 ? 6 : 4),
        }),
      ]),
      ...pixelTexts(words, size, guideFontSize),
      Plot.text(labels, { x: "x", y: "y", text: "text", textAnchor: "start", ...halo }),
    ],
  });
  if (isNamed) return svg;
  const names = legend(
    lines.map(({ label, style }) => ({ name: label, style })),
    { top: height + 6, width, columns: size === chartSize ? 2 : 1, fontSize },
  );
  const total = height + 12 + names.height;
  return placeInside(paperSvg(width, total), [{ svg, x: 0, y: 0 }, ...names.parts]);
}

function padded(values: readonly number[], factor: number): [number, number] {
  if (values.length === 0) return [0.1, 10];
  return [Math.min(...values) / factor, Math.max(...values) * factor];
}
