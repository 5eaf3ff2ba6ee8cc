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
import { type Axis, clamp, domainOf, fits, within } from "./line-chart-axis.ts";
import { placeInside, plotSvg, textSvg } from "./plot-svg.ts";
import { type Series, seriesMarks, styleSample } from "./series-marks.ts";
import { spreadLabels } from "./spread-labels.ts";
import { inPicture, significant } from "./wording.ts";

export interface LineChartOptions {
  readonly x: Axis;
  readonly y: Axis;
  readonly guides?: readonly Guide[];
}

/** A line chart twice: for a page of usual width, and for a telephone. */
export interface LineChart {
  readonly svg: string;
  readonly narrow: string;
  /** Whether a line goes on beyond the end of the y axis. */
  readonly isCut: boolean;
}

/** What a caption says of a chart whose axis is cut. */
export const cutNote = "The axis is cut: a line along its upper edge goes on beyond it.";

const leader = 16;

/**
 * Draws lines that are told apart by colour, dash and marker. In the wide chart each has its name at its right end, in
 * the narrow one the names are below. Where a line goes beyond the axis, the chart says that the axis is cut, and where a
 * logarithmic axis cannot show values, how many it leaves out.
 */
export function lineChart(
  title: string,
  series: readonly Series[],
  options: LineChartOptions,
): LineChart {
  const { x, y } = options;
  const drawn = series
    .map((one) => ({ ...one, points: one.points.filter(([a, b]) => fits(a, x) && fits(b, y)) }))
    .filter((one) => one.points.length > 0);
  const domains = {
    x: domainOf(
      drawn.flatMap((one) => one.points.map((point) => point[0])),
      x,
    ),
    y: domainOf(
      drawn.flatMap((one) => one.points.map((point) => point[1])),
      y,
    ),
  };
  const isCut = drawn.some((one) => one.points.some(([, value]) => value > domains.y[1]));
  const hidden = series.flatMap(({ points }) => points.filter((point) => isHidden(point, options)));
  const chart = { title, drawn, domains, isCut, hidden: hidden.length, options };
  return { svg: draw(chart, false), narrow: draw(chart, true), isCut };
}

/** Whether a logarithmic axis leaves a point out, which a diverged value is not. */
const isHidden = ([a, b]: readonly [number, number], { x, y }: LineChartOptions): boolean =>
  Number.isFinite(a) && Number.isFinite(b) && !(fits(a, x) && fits(b, y));

interface Chart {
  readonly title: string;
  readonly drawn: readonly Series[];
  readonly domains: Record<"x" | "y", readonly [number, number]>;
  readonly isCut: boolean;
  readonly hidden: number;
  readonly options: LineChartOptions;
}

function draw({ title, drawn, domains, isCut, hidden, options }: Chart, isNarrow: boolean): string {
  const { x, y, guides = [] } = options;
  const base = isNarrow ? narrowChartSize : chartSize;
  const lineHeight = base.fontSize + 4;
  const names = drawn.map(({ name, points }) => {
    const end = points.at(-1) as readonly [number, number];
    return end[0] < domains.x[1] ? `${inPicture(name)} diverges` : inPicture(name);
  });
  const longest = Math.max(60, ...names.map((name) => textWidth(name, base.fontSize)));
  // Room for every name: beside the lines, or below them.
  const legend = isNarrow ? drawn.length * lineHeight + 8 : 0;
  const needed = base.marginTop + base.marginBottom + drawn.length * lineHeight;
  const size: ChartSize = isNarrow
    ? { ...base, height: base.height + legend, marginBottom: base.marginBottom + legend }
    : { ...base, height: Math.max(base.height, needed) };
  const marginRight = isNarrow ? 12 : leader + 12 + longest;
  const frame = {
    left: size.marginLeft,
    right: size.width - marginRight,
    top: size.marginTop,
    bottom: size.height - size.marginBottom,
  };
  const xScale = { type: x.type, domain: domains.x, range: [frame.left, frame.right] };
  const yScale = { type: y.type, domain: domains.y, range: [frame.bottom, frame.top] };
  const [toX, toY] = [Plot.scale({ x: xScale }), Plot.scale({ y: yScale })];
  const heights = spreadLabels(
    drawn.map(({ points }) => toY.apply(clamp(points.at(-1)?.[1] ?? 0, domains.y)) as number),
    lineHeight,
    [frame.top, frame.bottom],
  );
  const shownGuides = guides.filter(({ axis, at }) => within(at, domains[axis]));
  const words = placeGuides(
    shownGuides,
    (axis, value) => (axis === "x" ? toX : toY).apply(value) as number,
    frame,
  );
  const ends = drawn.map(({ style, points }, index) => ({
    style,
    name: names[index] as string,
    end: points.at(-1) as readonly [number, number],
    height: heights[index] as number,
  }));
  const svg = plotSvg({
    width: size.width,
    height: size.height,
    marginTop: size.marginTop,
    marginBottom: size.marginBottom,
    marginLeft: size.marginLeft,
    marginRight,
    fontSize: size.fontSize,
    x: { ...xScale, axis: null },
    y: { ...yScale, axis: null, clamp: true },
    marks: [
      ...axisMarks({ ...x, domain: domains.x }, { ...y, domain: domains.y }),
      ...headingMarks(title, axisInWords(y, domains.y, { isCut, hidden }), size),
      ...guideLines(shownGuides),
      ...drawn.flatMap((one, index) => seriesMarks(one, index)),
      ...(isNarrow ? [] : endLabels(ends, { x: frame.right + leader, toX, toY })),
      ...pixelTexts(words, size, guideFontSize),
    ],
  });
  if (!isNarrow) return svg;
  return placeInside(
    svg,
    ends.flatMap(({ style, name }, index) => {
      const [left, top] = [frame.left, frame.bottom + base.marginBottom + index * lineHeight];
      return [
        { svg: styleSample(style), x: left, y: top },
        { svg: textSvg(name, base.fontSize), x: left + 42, y: top },
      ];
    }),
  );
}

/** The label of the y axis, whether it begins elsewhere than at zero or ends before the lines do, and what it cannot show. */
function axisInWords(
  y: Axis,
  [low, high]: readonly [number, number],
  { isCut, hidden }: Pick<Chart, "isCut" | "hidden">,
): string {
  const begins = y.type === "linear" && low > 0 ? [`axis from ${significant(low)}`] : [];
  const left =
    hidden === 0 ? [] : [`${hidden === 1 ? "a value" : `${hidden} values`} ≤ 0 left out`];
  return [y.label, ...begins, ...(isCut ? [`cut at ${high}`] : []), ...left].join(", ");
}

interface LineEnd {
  readonly style: ContestantStyle;
  readonly name: string;
  readonly end: readonly [number, number];
  readonly height: number;
}

/** The names of lines beside their ends, each joined to its line. */
function endLabels(
  ends: readonly LineEnd[],
  { x, toX, toY }: { readonly x: number; readonly toX: Plot.Scale; readonly toY: Plot.Scale },
): Plot.Markish[] {
  const labels = ends.map((one) => ({
    ...one,
    x: toX.invert?.(x) as number,
    y: toY.invert?.(one.height) as number,
  }));
  type Label = (typeof labels)[number];
  return [
    ...labels.map((label) =>
      Plot.link([label], {
        x1: ({ end }: Label) => end[0],
        y1: ({ end }: Label) => end[1],
        x2: "x",
        y2: "y",
        stroke: label.style.colour,
        strokeWidth: 1.2,
        strokeOpacity: 0.7,
      }),
    ),
    Plot.text(labels, { x: "x", y: "y", text: "name", dx: 4, textAnchor: "start" }),
  ];
}
