import { createHash } from "node:crypto";
import { parseHTML } from "linkedom";
import { expect, test } from "vitest";
import type { Evaluation } from "../measure/evaluation.ts";
import { exampleEvaluation } from "./example-evaluation.ts";
import { pictureGroups } from "./pictures.ts";
import { reportHtml } from "./report-html.ts";

const pictures = (evaluation: Evaluation) =>
  pictureGroups(evaluation).flatMap((group) => group.pictures);
const drawn = pictures(exampleEvaluation);
const html = reportHtml(exampleEvaluation, pictureGroups(exampleEvaluation));
const { document } = parseHTML(html);

test("the page asks for nothing: one script, which alone may run, no address but names of XML", () => {
  expect(document.querySelectorAll("iframe, link:not([rel=icon]), script[src]")).toHaveLength(0);
  const scripts = [...document.querySelectorAll("script")].map((script) => script.textContent);
  expect(scripts).toHaveLength(1);
  const hash = createHash("sha256")
    .update(scripts[0] ?? "")
    .digest("base64");
  const policy = document.querySelector("meta[http-equiv]")?.getAttribute("content");
  expect(policy).toContain("default-src 'none'");
  expect(policy).toContain(`script-src 'sha256-${hash}'`);
  const addresses = html.replace(/data:[\w/;,+=]+/gu, "").match(/(?:https?:)?\/\/[\w./-]+/gu) ?? [];
  expect(new Set(addresses)).toEqual(
    new Set(["http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"]),
  );
  expect(html).not.toMatch(/url\(|@import/u);
  for (const image of document.querySelectorAll("image")) {
    expect(image.getAttribute("xlink:href") ?? image.getAttribute("href")).toMatch(
      /^data:image\/png;base64,/u,
    );
  }
});

test("it holds every picture and a row for each contestant", () => {
  expect(document.querySelectorAll("figure:not(.animation)")).toHaveLength(drawn.length);
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
  const page = reportHtml(evaluation, pictureGroups(evaluation));
  const parsed = parseHTML(page).document;
  expect(page.includes("<script>alert")).toBe(false);
  expect(parsed.querySelectorAll("script")).toHaveLength(1);
  expect(parsed.querySelector("h1")?.textContent).toBe(evil);
  expect(parsed.querySelectorAll("figure")).toHaveLength(drawn.length + 1);
});

test("every picture says in words what it shows, and every cell of the table has headings", () => {
  const svgs = document.querySelectorAll("figure > div > svg, .film > svg");
  expect(svgs.length).toBeGreaterThan(2 * drawn.length);
  for (const svg of svgs) {
    expect(svg.getAttribute("role")).toBe("img");
    expect(svg.getAttribute("aria-label")?.length).toBeGreaterThan(20);
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
