import * as Plot from "@observablehq/plot";

/** Size and margins of a chart in pixels; right margins depend on the labels. */
export const chartSize = {
  width: 640,
  height: 400,
  marginTop: 66,
  marginBottom: 46,
  marginLeft: 58,
} as const;

/** An axis of a chart: what is on it and from where to where. */
export interface ChartAxis {
  readonly label: string;
  readonly type: "linear" | "log";
  readonly domain: readonly [number, number];
}

/** A horizontal or vertical line across a chart, and a word about it. */
export interface Guide {
  readonly axis: "x" | "y";
  readonly at: number;
  readonly label: string;
}

/** A width in pixels that is enough for a text; nothing here can measure a font. */
export const textWidth = (text: string, fontSize = 13): number => text.length * fontSize * 0.62;

/** The title at the top and the label of the y axis under it. */
export function headingMarks(title: string, yLabel: string): Plot.Markish[] {
  const at = {
    frameAnchor: "top-left",
    dx: 8 - chartSize.marginLeft,
    textAnchor: "start",
    lineAnchor: "top",
  } as const;
  return [
    Plot.text([title], {
      ...at,
      dy: 8 - chartSize.marginTop,
      fontWeight: "bold",
      fontSize: 15,
    }),
    Plot.text([`↑ ${yLabel}`], { ...at, dy: 34 - chartSize.marginTop }),
  ];
}

/** Both axes, with grid lines across y and, if asked for, across x. */
export function axisMarks(
  x: ChartAxis,
  y: ChartAxis,
  { xGrid = false }: { readonly xGrid?: boolean } = {},
): Plot.Markish[] {
  const xTicks = x.type === "log" ? logTicks(x.domain) : undefined;
  const yTicks = y.type === "log" ? logTicks(y.domain) : undefined;
  // Without their text, Plot leaves out some labels of a logarithmic axis.
  const text = (ticks: readonly number[] | undefined) =>
    ticks === undefined ? {} : { text: ticks.map(tickText) };
  const xOptions = {
    label: `${x.label} →`,
    labelAnchor: "center" as const,
    labelOffset: 40,
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

/** A dotted line with its word: above a vertical line, at the left end of a horizontal one. */
export function guideMarks({ axis, at, label }: Guide): Plot.Markish[] {
  const line = { stroke: "currentColor", strokeOpacity: 0.5, strokeDasharray: "1 3" };
  const text = { text: () => label, fillOpacity: 0.8, fontSize: 11, textAnchor: "start" } as const;
  return axis === "x"
    ? [
        Plot.ruleX([at], line),
        Plot.text([at], { ...text, x: at, frameAnchor: "top", dy: -14, textAnchor: "middle" }),
      ]
    : [
        Plot.ruleY([at], line),
        Plot.text([at], { ...text, y: at, frameAnchor: "left", dx: 4, dy: -8 }),
      ];
}

/** The decades, with 2 and 5 between them where there are few, and more on an axis of less than one. */
function logTicks([low, high]: readonly [number, number]): number[] {
  const from = Math.floor(Math.log10(low));
  const to = Math.ceil(Math.log10(high));
  const steps = to - from > 4 ? [1] : high < 10 * low ? [1, 2, 3, 4, 5, 6, 8] : [1, 2, 5];
  const ticks: number[] = [];
  for (let exponent = from; exponent <= to; exponent++)
    for (const step of steps) {
      const tick = Number(`${step}e${exponent}`);
      if (tick >= low && tick <= high) ticks.push(tick);
    }
  return ticks;
}

const tickText = (value: number): string =>
  value >= 1e-3 && value < 1e5 ? String(value) : value.toExponential(0).replace("e+", "e");
