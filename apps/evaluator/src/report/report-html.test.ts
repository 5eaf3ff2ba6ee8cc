import { createHash } from "node:crypto";
import { parseHTML } from "linkedom";
import { expect, test } from "vitest";
import type { Evaluation } from "../measure/evaluation.ts";
import { exampleBudgets } from "./example-budgets.ts";
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
    "spread-skill",
    "ranks-1-u",
    "spectra",
    "spectrum-ratios",
    "cost-distillation",
    "cost-crps",
  ]);
  const [table] = document.querySelectorAll("table");
  expect(table?.querySelectorAll("tbody tr").length).toBe(exampleEvaluation.contestants.length);
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
  for (const table of document.querySelectorAll("table")) {
    expect(table.querySelector("caption")?.textContent?.length).toBeGreaterThan(10);
    const heads = table.querySelectorAll('thead th[scope="col"]').length;
    for (const row of table.querySelectorAll("tbody tr")) {
      expect(row.querySelectorAll('th[scope="row"]').length).toBe(1);
      expect(row.querySelectorAll("th, td").length).toBe(heads);
    }
  }
  for (const region of document.querySelectorAll(".scroll")) {
    expect(region.getAttribute("tabindex")).toBe("0");
    expect(region.getAttribute("aria-label")).not.toBeNull();
  }
});

test("a dash in the table is explained, and the best value has more than a colour", () => {
  const text = document.querySelector("main")?.textContent;
  expect(text).toContain("– means that there is no value. NFE: only models evaluate a network;");
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
    scores: { ...contestant.scores, rollout: null, rankHistogram: null },
    frames: null,
    distillationError: null,
  }));
  const some = pictures({ ...exampleEvaluation, contestants, pictured: null });
  expect(some.map((picture) => picture.name)).toEqual(["spectra", "spectrum-ratios", "cost-crps"]);
});

test("scores stand channel by channel under the name of each, with their intervals", () => {
  const { setting, contestants } = exampleEvaluation;
  const two = (value: number) => {
    const one = { value, interval: [value - 0.01, value + 0.01] } as const;
    return {
      mean: one,
      channels: [one, { value: null, interval: null, reason: "it is constant" }],
    };
  };
  const scored = contestants.slice(3, 5).map((contestant, index) => {
    const oneStep = { vrmse: two(0.5 + index), crps: two(0.2 + index) };
    return { ...contestant, scores: { ...contestant.scores, oneStep, rankHistogram: null } };
  });
  const evaluation = {
    ...exampleEvaluation,
    contestants: scored,
    setting: { ...setting, scoredChannels: ["u", "density"] },
  };
  const page = parseHTML(reportHtml(evaluation, [])).document;
  const table = [...page.querySelectorAll("table")].find((one) =>
    one.querySelector("caption")?.textContent?.startsWith("After one step, channel"),
  );
  const groups = [...(table?.querySelectorAll('th[scope="colgroup"]') ?? [])];
  expect(groups.map((group) => group.textContent)).toEqual(["u", "density"]);
  const cells = [...(table?.querySelectorAll("tbody tr td") ?? [])].map((cell) => cell.textContent);
  expect(cells.slice(0, 4)).toEqual(["0.500★0.490 … 0.510", "0.200★0.190 … 0.210", "–", "–"]);
  expect(page.querySelector("main")?.textContent).toContain(
    "VRMSE of density, CRPS of density: it is constant.",
  );
});

test("the budgets of a contestant stand under its name in the tables", () => {
  const budgets = exampleBudgets(1, [1, 2]);
  const { document } = parseHTML(reportHtml(budgets, []));
  const [table] = document.querySelectorAll("table");
  const heads = [...(table?.querySelectorAll("tbody th") ?? [])].map((head) => [
    head.getAttribute("scope"),
    // The name, without what is small under it.
    [...head.childNodes].find(({ nodeName }) => nodeName === "#text")?.textContent,
  ]);
  expect(heads.slice(3)).toEqual([
    ["rowgroup", "teacher"],
    ...["euler:1", "euler:2", "euler:5", "euler:10"].map((name) => ["row", name]),
    ...["midpoint:1", "midpoint:2", "midpoint:50"].map((name) => ["row", name]),
    ["rowgroup", "student-1"],
    ...["flow:1", "flow:2"].map((name) => ["row", name]),
  ]);
  expect(table?.querySelector("caption")?.textContent).toMatch(/^5 contestants at 12 budgets/u);
  expect(table?.textContent).toContain("1 euler step, added for comparison");
  expect(table?.textContent).toContain("2 flow steps, mean of 3 seeds");
});
