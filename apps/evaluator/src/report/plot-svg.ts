import * as Plot from "@observablehq/plot";
import { parseHTML } from "linkedom";

/** Family of the text in every picture; the font file is shipped with the program. */
export const fontFamily = "DejaVu Sans";

/**
 * Draws a plot without a browser and returns it as a stand-alone SVG document. Text and axes are drawn
 * in `currentColor`, so that a page can show the picture light or dark.
 */
export function plotSvg(options: Plot.PlotOptions): string {
  const { document } = parseHTML("<!doctype html><html><body></body></html>");
  const svg = Plot.plot({
    style: { fontFamily: `${fontFamily}, sans-serif`, fontSize: "13px", background: "none" },
    ...options,
    document,
  });
  // Plot gives every drawing the same class and a <style> for it, which would leak into the page.
  svg.querySelector("style")?.remove();
  svg.removeAttribute("class");
  svg.setAttribute("xmlns", "http://www.w3.org/2000/svg");
  svg.setAttribute("xmlns:xlink", "http://www.w3.org/1999/xlink");
  svg.setAttribute("fill", "currentColor");
  svg.setAttribute("role", "img");
  return svg.toString().replaceAll(' href="data:', ' xlink:href="data:');
}
