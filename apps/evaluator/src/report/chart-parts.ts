import * as Plot from "@observablehq/plot";
import { box, overlap } from "./place-labels.ts";
import { halo } from "./plot-svg.ts";
import { spreadLabels } from "./spread-labels.ts";

/** Size and margins of a chart in pixels; right margins depend on the labels. */
export interface ChartSize {
  readonly width: number;
  readonly height: number;
  readonly marginTop: number;
  readonly marginBottom: number;
  readonly marginLeft: number;
  readonly fontSize: number;
}

/** On a page of usual width and in the PNG. */
export const chartSize: ChartSize = {
  width: 640,
  height: 400,
  marginTop: 70,
  marginBottom: 46,
  marginLeft: 58,
  fontSize: 13,
};

/** On a telephone, where it is shown without being made smaller. */
export const narrowChartSize: ChartSize = {
  width: 356,
  height: 300,
  marginTop: 62,
  marginBottom: 42,
  marginLeft: 46,
  fontSize: 11,
};

/** An axis of a chart: what is on it and from where to where. */
export interface ChartAxis {
  readonly label: string;
  readonly type: "linear" | "log";
  readonly domain: readonly [number, number];
  /** Whether only whole numbers are named. */
  readonly whole?: boolean;
}

/** A horizontal or vertical line across a chart, and a word about it. */
export interface Guide {
  readonly axis: "x" | "y";
  readonly at: number;
  readonly label: string;
}

/** The part of a chart inside its axes, in pixels. */
export interface Frame {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** A width in pixels that is enough for a text; nothing here can measure a font. */
export const textWidth = (text: string, fontSize = 13): number =>
  [...text].length * fontSize * 0.62;

/** The title at the top and the label of the y axis under it. */
export function headingMarks(title: string, yLabel: string, size: ChartSize): Plot.Markish[] {
  const at = {
    frameAnchor: "top-left",
    dx: 8 - size.marginLeft,
    textAnchor: "start",
    lineAnchor: "top",
  } as const;
  return [
    Plot.text([title], {
      ...at,
      dy: 8 - size.marginTop,
      fontWeight: "bold",
      fontSize: size.fontSize + 2,
    }),
    Plot.text([`↑ ${yLabel}`], { ...at, dy: 31 - size.marginTop }),
  ];
}

/** Both axes, with grid lines across y and, if asked for, across x. */
export function axisMarks(
  x: ChartAxis,
  y: ChartAxis,
  { xGrid = false }: { readonly xGrid?: boolean } = {},
): Plot.Markish[] {
  const xTicks =
    x.type === "log" ? logTicks(x.domain) : x.whole === true ? wholeTicks(x.domain) : undefined;
  const yTicks = y.type === "log" ? logTicks(y.domain) : undefined;
  // Without their text, Plot leaves out some labels of a logarithmic axis.
  const text = (ticks: readonly number[] | undefined) =>
    ticks === undefined ? {} : { text: ticks.map(tickText) };
  const xOptions = {
    label: `${x.label} →`,
    labelAnchor: "center" as const,
    labelOffset: 38,
    ...text(xTicks),
  };
  const yOptions = { label: null, ...text(yTicks) };
  const grid = { strokeOpacity: 0.12 };
  return [
    yTicks === undefined ? Plot.gridY(grid) : Plot.gridY(yTicks, grid),
    ...(xGrid ? [xTicks === undefined ? Plot.gridX(grid) : Plot.gridX(xTicks, grid)] : []),
    xTicks === undefined ? Plot.axisX(xOptions) : Plot.axisX(xTicks, xOptions),
    yTicks === undefined ? Plot.axisY(yOptions) : Plot.axisY(yTicks, yOptions),
  ];
}

/** A word beside a guide: where it begins and the middle of its height, in pixels. */
export interface GuideLabel {
  readonly text: string;
  readonly x: number;
  readonly y: number;
}

export const guideFontSize = 11;

/** A point of a chart with its interval, or without where `top` and `bottom` are one, in pixels. */
export interface Upright {
  readonly x: number;
  readonly top: number;
  readonly bottom: number;
}

/** From the left, the first place where a word hides none of what is drawn; the left end where there is none. */
function freePlace(width: number, y: number, frame: Frame, drawn: readonly Upright[]): number {
  const room = 6;
  const hides = (left: number) => {
    const word = box(left - room, y, width + 2 * room);
    return drawn.some(({ x, ...upright }) => overlap(word, { left: x, right: x, ...upright }));
  };
  const left = frame.left + 4;
  for (let x = left; x + width < frame.right; x += room) if (!hides(x)) return x;
  return left;
}

/**
 * Places the words of the guides so that no two overlap: those of vertical lines above the frame, those of horizontal
 * lines inside it, as far left as they hide nothing that is `drawn`.
 */
export function placeGuides(
  guides: readonly Guide[],
  toPixel: (axis: "x" | "y", value: number) => number,
  frame: Frame,
  drawn: readonly Upright[] = [],
): readonly GuideLabel[] {
  const named = (axis: Guide["axis"]) =>
    guides.filter((guide) => guide.axis === axis && guide.label !== "");
  const [uprights, levels] = [named("x"), named("y")];
  const wide = (text: string) => textWidth(text, guideFontSize);
  const gap = 8 + Math.max(0, ...uprights.map(({ label }) => wide(label)));
  const centres = spreadLabels(
    uprights.map(({ at }) => toPixel("x", at)),
    gap,
    [frame.left + gap / 2, frame.right - gap / 2],
  );
  const heights = spreadLabels(
    levels.map(({ at }) => toPixel("y", at) - 8),
    guideFontSize + 3,
    [frame.top + 8, frame.bottom - 8],
  );
  return [
    ...uprights.map(({ label }, index) => ({
      text: label,
      x: (centres[index] as number) - wide(label) / 2,
      y: frame.top - 8,
    })),
    ...levels.map(({ label }, index) => {
      const y = heights[index] as number;
      return { text: label, x: freePlace(wide(label), y, frame, drawn), y };
    }),
  ];
}

/** Dotted lines across the chart. */
export const guideLines = (guides: readonly Guide[]): Plot.Markish[] =>
  guides.map(({ axis, at }) => {
    const line = { stroke: "currentColor", strokeOpacity: 0.5, strokeDasharray: "1 3" };
    return axis === "x" ? Plot.ruleX([at], line) : Plot.ruleY([at], line);
  });

/** Words at places given in pixels. */
export const pixelTexts = (
  labels: readonly GuideLabel[],
  { marginLeft, marginTop }: ChartSize,
  fontSize: number,
): Plot.Markish[] =>
  labels.map(({ text, x, y }) =>
    Plot.text([text], {
      frameAnchor: "top-left",
      dx: x - marginLeft,
      dy: y - marginTop,
      textAnchor: "start",
      lineAnchor: "middle",
      fontSize,
      ...halo,
    }),
  );

/** The decades, with 2 and 5 between them where there are few, and more on an axis of less than one. */
function logTicks([low, high]: readonly [number, number]): number[] {
  const from = Math.floor(Math.log10(low));
  const to = Math.ceil(Math.log10(high));
  // Of many decades every second or third is named.
  const every = Math.ceil((to - from) / 8);
  const steps = to - from > 4 ? [1] : high < 10 * low ? [1, 2, 3, 4, 5, 6, 8] : [1, 2, 5];
  const ticks: number[] = [];
  for (let exponent = from; exponent <= to; exponent++)
    for (const step of steps) {
      if (exponent % every !== 0) continue;
      const tick = Number(`${step}e${exponent}`);
      if (tick >= low && tick <= high) ticks.push(tick);
    }
  return ticks;
}

/** Whole numbers, of many every second, third and so on. */
function wholeTicks([low, high]: readonly [number, number]): number[] {
  const every = Math.ceil((high - low + 1) / 10);
  const count = Math.floor((high - low) / every) + 1;
  return Array.from({ length: count }, (_, i) => Math.ceil(low) + i * every);
}

const tickText = (value: number): string =>
  value === 0 || (value >= 1e-3 && value < 1e5)
    ? String(value)
    : value.toExponential(0).replace("e+", "e");
