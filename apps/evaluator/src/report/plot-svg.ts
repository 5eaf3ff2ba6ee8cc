import * as Plot from "@observablehq/plot";
import { parseHTML } from "linkedom";

/** The font of the text in every picture; its file is shipped with the program. */
export const fontFamily = "DejaVu Sans";

/** Puts the colour of the paper around a text, so that it can be read where a line runs through it. */
export const halo = { fill: "currentColor", stroke: "var(--paper)", strokeWidth: 3 } as const;

/**
 * Draws a plot without a browser and returns it as a stand-alone SVG document. Text and axes are drawn in
 * `currentColor`, so that a page can show the picture in light or in dark.
 */
export function plotSvg({
  fontSize = 13,
  ...options
}: Plot.PlotOptions & { readonly fontSize?: number }): string {
  const { document } = parseHTML("<!doctype html><html><body></body></html>");
  const svg = Plot.plot({
    style: {
      fontFamily: `${fontFamily}, sans-serif`,
      fontSize: `${fontSize}px`,
      background: "none",
    },
    ...options,
    document,
  });
  // Plot styles every drawing through one class name, and that style would reach the rest of the page.
  svg.querySelector("style")?.remove();
  svg.removeAttribute("class");
  svg.setAttribute("xmlns", "http://www.w3.org/2000/svg");
  svg.setAttribute("xmlns:xlink", "http://www.w3.org/1999/xlink");
  svg.setAttribute("fill", "currentColor");
  svg.setAttribute("role", "img");
  return svg.toString().replaceAll(' href="data:', ' xlink:href="data:');
}

/** An empty drawing, for others to be placed in. */
export const paperSvg = (width: number, height: number): string =>
  `<svg xmlns="http://www.w3.org/2000/svg" fill="currentColor" role="img" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}"></svg>`;

/** The height of a drawing in pixels. */
export const heightOf = (svg: string): number => Number(/ height="(\d+)"/u.exec(svg)?.[1]);

/** Puts drawings inside another, each with its upper left corner at `x`, `y`. */
export function placeInside(
  outer: string,
  parts: readonly { readonly svg: string; readonly x: number; readonly y: number }[],
): string {
  const inner = parts.map(({ svg, x, y }) => svg.replace("<svg ", `<svg x="${x}" y="${y}" `));
  return outer.replace(/<\/svg>\s*$/, `${inner.join("")}</svg>`);
}

/** A line of text as a drawing, its upper left corner at 0, 0. */
export const textSvg = (text: string, fontSize: number): string =>
  plotSvg({
    // Nothing here can measure a font; it is wide enough for any.
    width: Math.ceil([...text].length * fontSize),
    height: fontSize + 4,
    margin: 0,
    fontSize,
    marks: [Plot.text([text], { frameAnchor: "left", textAnchor: "start" })],
  });
