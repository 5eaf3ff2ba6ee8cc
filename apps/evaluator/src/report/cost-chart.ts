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
import { placeLabels } from "./place-labels.ts";
import { halo, plotSvg } from "./plot-svg.ts";
import { markerOptions } from "./series-marks.ts";

/** A contestant in a cost–error chart; both values are positive. */
export interface CostPoint {
  readonly label: string;
  readonly style: ContestantStyle;
  readonly msPerStep: number;
  readonly error: number;
}

export interface CostChartOptions {
  readonly yLabel: string;
  readonly guides: readonly Guide[];
}

const marginRight = 24;

/** Error against time per step, both logarithmic, with a name at each point. Lower left is better. */
export const costChart = (
  title: string,
  points: readonly CostPoint[],
  options: CostChartOptions,
): { readonly svg: string; readonly narrow: string } => ({
  svg: draw(title, points, options, chartSize),
  narrow: draw(title, points, options, narrowChartSize),
});

function draw(
  title: string,
  points: readonly CostPoint[],
  { yLabel, guides }: CostChartOptions,
  size: ChartSize,
): string {
  const { width, height, marginTop, marginBottom, marginLeft, fontSize } = size;
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
  const placed = placeLabels(
    points.map((point) => ({
      x: toX.apply(point.msPerStep) as number,
      y: toY.apply(point.error) as number,
      length: textWidth(point.label, fontSize),
    })),
    frame,
    words.map((word) => ({ ...word, length: textWidth(word.text, guideFontSize) })),
  );
  const labels = placed.map((place, index) => ({
    text: points[index]?.label ?? "",
    x: toX.invert?.(place.x) as number,
    y: toY.invert?.(place.y) as number,
    nearest: toX.invert?.(place.nearest) as number,
    far: place.far,
    from: points[index] as CostPoint,
  }));
  return plotSvg({
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
          stroke: (label: (typeof labels)[number]) => label.from.style.colour,
          strokeWidth: 1.2,
        },
      ),
      ...points.map(({ style, msPerStep, error }) =>
        Plot.dot([[msPerStep, error]], markerOptions(style, 6)),
      ),
      ...pixelTexts(words, size, guideFontSize),
      Plot.text(labels, { x: "x", y: "y", text: "text", textAnchor: "start", ...halo }),
    ],
  });
}

function padded(values: readonly number[], factor: number): [number, number] {
  if (values.length === 0) return [0.1, 10];
  return [Math.min(...values) / factor, Math.max(...values) * factor];
}
