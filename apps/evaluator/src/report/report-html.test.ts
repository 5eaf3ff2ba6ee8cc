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
    "ensemble",
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

test("names from outside are escaped: title, contestants, channels, devices", () => {
  const evil = '<script>alert("1")</script>&\'';
  const { setting, pictured } = exampleEvaluation;
  if (pictured === null) return expect.unreachable();
  const evaluation = {
    ...exampleEvaluation,
    title: evil,
    experiment: evil,
    reference: `${evil}3`,
    contestants: exampleEvaluation.contestants.map((contestant, index) => ({
      ...contestant,
      name: `${evil}${index}`,
      description: evil,
      ...(index === 4 && { warning: evil }),
    })),
    pictured: { ...pictured, channels: [evil] },
    setting: { ...setting, channels: [evil], device: evil, simulation: evil },
  };
  const page = reportHtml(evaluation, pictures(evaluation));
  const parsed = parseHTML(page).document;
  expect(page.includes("<script>alert")).toBe(false);
  expect(parsed.querySelectorAll("script")).toHaveLength(0);
  expect(parsed.querySelector("h1")?.textContent).toBe(evil);
  expect(parsed.querySelectorAll("figure")).toHaveLength(drawn.length);
});

test("every picture says in words what it shows, and every cell of the table has headings", () => {
  for (const svg of document.querySelectorAll("figure > div > svg")) {
    expect(svg.getAttribute("role")).toBe("img");
    expect(svg.getAttribute("aria-label")?.length).toBeGreaterThan(40);
  }
  for (const row of document.querySelectorAll("tbody tr"))
    expect(row.querySelectorAll('th[scope="row"]')).toHaveLength(1);
  const heads = document.querySelectorAll('thead th[scope="col"]');
  const cells = document.querySelectorAll("tbody tr")[0]?.querySelectorAll("th, td");
  expect(heads).toHaveLength(cells?.length ?? 0);
  for (const region of document.querySelectorAll(".scroll")) {
    expect(region.getAttribute("tabindex")).toBe("0");
    expect(region.getAttribute("aria-label")).not.toBeNull();
  }
});

test("a dash in the table is explained, and the best value has more than a colour", () => {
  const text = document.querySelector("main")?.textContent;
  expect(text).toContain("– means that there is no value (NFE: only models evaluate a network;");
  for (const cell of document.querySelectorAll("td.best")) expect(cell.textContent).toContain("★");
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
