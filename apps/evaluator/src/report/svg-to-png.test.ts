import * as Plot from "@observablehq/plot";
import { decode } from "fast-png";
import { expect, test } from "vitest";
import { halo, plotSvg } from "./plot-svg.ts";
import { svgToPng } from "./svg-to-png.ts";

const darkPixels = (text: string, options: Plot.TextOptions = {}): number => {
  const marks = [Plot.text([text], { frameAnchor: "middle", fontSize: 20, ...options })];
  const png = decode(svgToPng(plotSvg({ width: 200, height: 60, axis: null, marks })));
  expect([png.width, png.height]).toEqual([400, 120]);
  let dark = 0;
  for (let i = 0; i < png.data.length; i += png.channels) if ((png.data[i] as number) < 128) dark++;
  return dark;
};

test("text is drawn with the font that is shipped, in ink that grows with it", () => {
  expect(darkPixels("")).toBe(0);
  const one = darkPixels("M");
  expect(one).toBeGreaterThan(100);
  expect(darkPixels("MMMM")).toBeGreaterThan(3.5 * one);
});

test("signs of mathematics have glyphs of their own", () => {
  // A missing glyph is the same empty box for each.
  const inks = ["σ", "√", "→", "≥", "×"].map((sign) => darkPixels(sign));
  expect(Math.min(...inks)).toBeGreaterThan(20);
  expect(new Set(inks).size).toBeGreaterThan(3);
});

test("the colour of the paper is white, whatever page a picture was made for", () => {
  const paper = '<rect width="20" height="20" fill="var(--paper)"/>';
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="20" height="20"><rect width="20" height="20" fill="black"/>${paper}</svg>`;
  const { data } = decode(svgToPng(svg));
  expect(Math.min(...data)).toBe(255);
});

test("a text with the paper around it keeps its ink", () => {
  const [plain, haloed] = [darkPixels("MMMM"), darkPixels("MMMM", halo)];
  expect(haloed).toBeGreaterThan(0.8 * plain);
});
