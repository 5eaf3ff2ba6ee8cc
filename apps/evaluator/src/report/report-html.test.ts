import { parseHTML } from "linkedom";
import { expect, test } from "vitest";
import { exampleEvaluation } from "./example-evaluation.ts";
import { pictures } from "./pictures.ts";
import { reportHtml } from "./report-html.ts";

const drawn = pictures(exampleEvaluation);
const html = reportHtml(exampleEvaluation, drawn);
const { document } = parseHTML(html);

test("the page asks for nothing: no script, no address but names of XML", () => {
  expect(document.querySelectorAll("script, iframe, link:not([rel=icon])")).toHaveLength(0);
  const addresses = html.replace(/data:[\w/;,+=]+/gu, "").match(/(?:https?:)?\/\/[\w./-]+/gu) ?? [];
  expect(new Set(addresses)).toEqual(
    new Set(["http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"]),
  );
  expect(html).not.toMatch(/url\(|@import/u);
  for (const image of document.querySelectorAll("image")) {
    expect(image.getAttribute("xlink:href")).toMatch(/^data:image\/png;base64,/u);
  }
});

test("it holds every picture and a row for each contestant", () => {
  expect(document.querySelectorAll("figure")).toHaveLength(drawn.length);
  expect(drawn.map((picture) => picture.name)).toEqual([
    "frames",
    "rollout-crps",
    "rollout-vrmse",
    "spectra",
    "spectrum-ratios",
    "cost-distillation",
    "cost-crps",
  ]);
  expect(document.querySelectorAll("tbody tr")).toHaveLength(exampleEvaluation.contestants.length);
  expect(document.querySelectorAll("td.best").length).toBeGreaterThan(5);
});

test("text is escaped", () => {
  const page = reportHtml({ ...exampleEvaluation, title: "a < b & <script>" }, []);
  expect(page).toContain("a &lt; b &amp; &lt;script&gt;");
  expect(page).not.toContain("<script>");
});

test("a quick run is marked as proving nothing, another is not", () => {
  expect(reportHtml({ ...exampleEvaluation, quick: true }, [])).toContain("prove nothing");
  expect(html).not.toContain("prove nothing");
});

test("pictures without figures are left out", () => {
  const contestants = exampleEvaluation.contestants.map((contestant) => ({
    ...contestant,
    rollout: null,
    frames: null,
    distillationError: null,
  }));
  const some = pictures({ ...exampleEvaluation, contestants, pictured: null });
  expect(some.map((picture) => picture.name)).toEqual(["spectra", "spectrum-ratios", "cost-crps"]);
});
