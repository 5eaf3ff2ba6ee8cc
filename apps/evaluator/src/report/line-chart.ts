import * as Plot from "@observablehq/plot";
import {
  axisMarks,
  chartSize,
  type Guide,
  guideMarks,
  headingMarks,
  textWidth,
} from "./chart-parts.ts";
import type { ContestantStyle } from "./contestant-styles.ts";
import { plotSvg } from "./plot-svg.ts";
import { spreadLabels } from "./spread-labels.ts";

/** One line of a chart. */
export interface Series {
  readonly name: string;
  readonly style: ContestantStyle;
  readonly points: readonly (readonly [x: number, y: number])[];
}

/** An axis. Points that a logarithmic axis cannot show are left out. */
interface Axis {
  readonly label: string;
  readonly type: "linear" | "log";
  /** A value that the axis contains whatever the data are. */
  readonly include?: number;
  /** The axis goes no further than this; lines beyond it run along its edge. */
  readonly limits?: readonly [number, number];
}

export interface LineChartOptions {
  readonly x: Axis;
  readonly y: Axis;
  readonly guides?: readonly Guide[];
}

const labelHeight = 17;
const leader = 16;

/** A line chart as SVG. Each line has its name at its right end, so there is no legend. */
export function lineChart(
  title: string,
  series: readonly Series[],
  { x, y, guides = [] }: LineChartOptions,
): string {
  const { width, height, marginTop, marginBottom, marginLeft } = chartSize;
  const drawn = series
    .map((one) => ({ ...one, points: one.points.filter(([a, b]) => fits(a, x) && fits(b, y)) }))
    .filter((one) => one.points.length > 0);
  const marginRight = leader + 12 + Math.max(60, ...drawn.map((one) => textWidth(one.name)));
  const points = drawn.flatMap((one) => one.points);
  const xDomain = domain(
    points.map((point) => point[0]),
    x,
  );
  const yDomain = domain(
    points.map((point) => point[1]),
    y,
  );
  const xScale = { type: x.type, domain: xDomain, range: [marginLeft, width - marginRight] };
  const yScale = { type: y.type, domain: yDomain, range: [height - marginBottom, marginTop] };
  const toX = Plot.scale({ x: xScale });
  const toY = Plot.scale({ y: yScale });
  const ends = drawn.map(({ name, style, points }) => {
    const end = points.at(-1) as readonly [number, number];
    return { name, style, end, isWhole: end[0] >= xDomain[1] };
  });
  const whole = ends.filter((one) => one.isWhole);
  const placed = spreadLabels(
    whole.map(({ end }) => toY.apply(clamp(end[1], yDomain)) as number),
    labelHeight,
    [marginTop, height - marginBottom],
  );
  const labels = whole.map((one, index) => ({
    ...one,
    x: toX.invert?.(width - marginRight + leader) as number,
    y: toY.invert?.(placed[index] as number) as number,
  }));
  return plotSvg({
    ...chartSize,
    marginRight,
    x: { ...xScale, axis: null },
    y: { ...yScale, axis: null, clamp: true },
    marks: [
      ...axisMarks({ ...x, domain: xDomain }, { ...y, domain: yDomain }),
      ...headingMarks(title, y.label),
      ...guides
        .filter(({ axis, at }) => within(at, axis === "x" ? xDomain : yDomain))
        .flatMap(guideMarks),
      ...drawn.flatMap(({ points, style }) => [
        Plot.line(points, {
          stroke: style.colour,
          strokeWidth: style.width,
          strokeDasharray: style.dash,
        }),
        ...(points.length === 1 ? [Plot.dot(points, { fill: style.colour, r: 3 })] : []),
      ]),
      ...labels.map((label) =>
        Plot.link([label], {
          x1: (one: typeof label) => one.end[0],
          y1: (one: typeof label) => one.end[1],
          x2: "x",
          y2: "y",
          stroke: label.style.colour,
          strokeWidth: 1.2,
        }),
      ),
      Plot.text(labels, { x: "x", y: "y", text: "name", dx: 4, textAnchor: "start" }),
      // A line that ends early has diverged, and is named where it ends.
      ...ends
        .filter((one) => !one.isWhole)
        .flatMap(({ name, style, end }) => [
          Plot.dot([end], { fill: style.colour, r: 3 }),
          Plot.text([end], { text: () => `${name} diverges`, dx: 8, textAnchor: "start" }),
        ]),
    ],
  });
}

const fits = (value: number, axis: Axis): boolean =>
  Number.isFinite(value) && (axis.type === "linear" || value > 0);

const within = (value: number, [low, high]: readonly [number, number]): boolean =>
  value >= low && value <= high;

const clamp = (value: number, [low, high]: readonly [number, number]): number =>
  Math.min(Math.max(value, low), high);

function domain(values: readonly number[], axis: Axis): [number, number] {
  const all = axis.include === undefined ? values : [...values, axis.include];
  if (all.length === 0) return [1, 2];
  const [least, most] = axis.limits ?? [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
  const low = Math.max(Math.min(...all), least);
  const high = Math.min(Math.max(...all), most);
  if (low < high) return [low, high];
  return axis.type === "log" ? [low / 2, low * 2] : [low - 1, low + 1];
}
