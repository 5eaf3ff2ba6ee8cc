import * as Plot from "@observablehq/plot";
import {
  axisMarks,
  type ChartSize,
  type Guide,
  guideFontSize,
  guideLines,
  headingMarks,
  pixelTexts,
  placeGuides,
} from "./chart-parts.ts";
import type { ContestantStyle } from "./contestant-styles.ts";
import { legend } from "./legend.ts";
import { paperSvg, placeInside, plotSvg } from "./plot-svg.ts";
import { markerOptions } from "./series-marks.ts";
import { inPicture } from "./wording.ts";

/** A score at one budget. */
interface BudgetPoint {
  readonly x: number;
  readonly y: number;
  readonly interval: readonly [low: number, high: number] | null;
}

/** The budgets of a contestant by one sampler, joined by a line. */
export interface BudgetLine {
  readonly name: string;
  readonly style: ContestantStyle;
  readonly points: readonly BudgetPoint[];
}

/** What is drawn over one kind of cost. */
export interface BudgetPanel {
  readonly xLabel: string;
  readonly lines: readonly BudgetLine[];
  /** What costs nothing of this kind: horizontal lines. */
  readonly levels: readonly { readonly at: number; readonly label: string }[];
}

export interface BudgetChartOptions {
  readonly yLabel: string;
  readonly yType: "linear" | "log";
  /** A value that is right, as a dotted line. */
  readonly right?: number;
}

const wide = { panel: 352, columns: 3 } as const;
const narrow = { panel: 356, columns: 1 } as const;
const panelSize = { height: 290, marginTop: 62, marginBottom: 42, marginLeft: 50, fontSize: 11 };
const marginRight = 10;

/**
 * One score over each kind of cost, a panel beside the other, or below it on a telephone, and a legend for both. The
 * axes of the costs are logarithmic; intervals are thin uprights.
 */
export function budgetChart(
  title: string,
  panels: readonly BudgetPanel[],
  options: BudgetChartOptions,
): { readonly svg: string; readonly narrow: string } {
  return {
    svg: arranged(title, panels, options, wide),
    narrow: arranged(title, panels, options, narrow),
  };
}

function arranged(
  title: string,
  panels: readonly BudgetPanel[],
  options: BudgetChartOptions,
  { panel, columns }: typeof wide | typeof narrow,
): string {
  const across = columns === 1 ? 1 : panels.length;
  const width = panel * across;
  const height = panelSize.height * Math.ceil(panels.length / across);
  const named = new Map(
    panels.flatMap(({ lines }) => lines.map((line) => [line.name, line.style])),
  );
  const names = legend(
    [...named].map(([name, style]) => ({ name: inPicture(name), style })),
    { top: height + 6, width, columns, fontSize: panelSize.fontSize },
  );
  const total = height + 12 + names.height;
  const drawn = panels.map((one, index) => ({
    // The title stands once.
    svg: panelSvg(index === 0 ? title : "", one, options, { ...panelSize, width: panel }),
    x: (index % across) * panel,
    y: Math.floor(index / across) * panelSize.height,
  }));
  return placeInside(paperSvg(width, total), [...drawn, ...names.parts]);
}

function panelSvg(
  title: string,
  { xLabel, lines, levels }: BudgetPanel,
  { yLabel, yType, right }: BudgetChartOptions,
  size: ChartSize,
): string {
  const points = lines.flatMap((line) => line.points);
  const xDomain = padded(
    points.map(({ x }) => x),
    1.25,
  );
  const all = [
    ...points.map(({ y }) => y),
    ...levels.map(({ at }) => at),
    ...(right === undefined ? [] : [right]),
  ];
  const yDomain = yType === "log" ? padded(all, 1.15) : stretched(all);
  const frame = {
    left: size.marginLeft,
    right: size.width - marginRight,
    top: size.marginTop,
    bottom: size.height - size.marginBottom,
  };
  const xScale = { type: "log" as const, domain: xDomain, range: [frame.left, frame.right] };
  const yScale = { type: yType, domain: yDomain, range: [frame.bottom, frame.top] };
  const toX = Plot.scale({ x: xScale });
  const toY = Plot.scale({ y: yScale });
  const clamp = (value: number) => Math.min(Math.max(value, yDomain[0]), yDomain[1]);
  const yPixel = (value: number) => toY.apply(clamp(value)) as number;
  const guides: readonly Guide[] = [
    ...levels.map((level) => ({ axis: "y" as const, ...level })),
    ...(right === undefined ? [] : [{ axis: "y" as const, at: right, label: "" }]),
  ];
  const drawn = points.map(({ x, y, interval }) => ({
    x: toX.apply(x) as number,
    top: yPixel(interval?.[1] ?? y),
    bottom: yPixel(interval?.[0] ?? y),
  }));
  const words = placeGuides(guides, (_, value) => yPixel(value), frame, drawn);
  return plotSvg({
    ...size,
    marginRight,
    x: { ...xScale, axis: null },
    y: { ...yScale, axis: null },
    marks: [
      ...axisMarks(
        { label: xLabel, type: "log", domain: xDomain },
        { label: yLabel, type: yType, domain: yDomain },
        { xGrid: true },
      ),
      ...headingMarks(title, yLabel, size),
      ...guideLines(guides),
      ...lines.flatMap(({ style, points }) => [
        ...points.flatMap(({ x, interval }) =>
          interval === null || !interval.every(Number.isFinite)
            ? []
            : [
                Plot.link([interval], {
                  x1: x,
                  x2: x,
                  y1: ([low]: readonly number[]) => clamp(low as number),
                  y2: ([, high]: readonly number[]) => clamp(high as number),
                  stroke: style.colour,
                  strokeWidth: 1.2,
                  strokeOpacity: 0.6,
                }),
              ],
        ),
        Plot.line(points, {
          x: "x",
          y: "y",
          stroke: style.colour,
          strokeWidth: Math.min(style.width, 2),
          strokeDasharray: style.dash,
        }),
        Plot.dot(points, { x: "x", y: "y", ...markerOptions(style, 3.5) }),
      ]),
      ...pixelTexts(words, size, guideFontSize),
    ],
  });
}

function padded(values: readonly number[], factor: number): [number, number] {
  if (values.length === 0) return [0.1, 10];
  return [Math.min(...values) / factor, Math.max(...values) * factor];
}

function stretched(values: readonly number[]): [number, number] {
  if (values.length === 0) return [0, 1];
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const margin = 0.08 * (high - low || 1);
  return [low - margin, high + margin];
}
