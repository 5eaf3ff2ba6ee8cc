import { parseHTML } from "linkedom";
import { expect, test } from "vitest";
import { lineChart } from "./line-chart.ts";

const style = { colour: "#0072b2", dash: "none", width: 2 };
const axes = {
  x: { label: "time", type: "linear", include: 0 },
  y: { label: "error", type: "linear", include: 0, limits: [0, 2] },
} as const;
const textsOf = (svg: string) =>
  [...parseHTML(svg).document.querySelectorAll("text")].map((text) => text.textContent);

test("each line is named once, without a legend", () => {
  const names = ["one", "two", "three"];
  const lines = names.map((name, i) => ({
    name,
    style,
    points: [
      [0, i],
      [4, 1],
    ] as const,
  }));
  const texts = textsOf(lineChart("title", lines, axes));
  for (const name of names) expect(texts.filter((text) => text === name)).toHaveLength(1);
  expect(texts).toContain("title");
  expect(texts).toContain("↑ error");
  expect(texts).toContain("time →");
});

test("a line that ends early is said to diverge, and values beyond the axis stay inside the picture", () => {
  const lines = [
    {
      name: "good",
      style,
      points: [
        [0, 0],
        [4, 1],
      ] as const,
    },
    {
      name: "bad",
      style,
      points: [
        [0, 0],
        [1, 1e9],
        [4, Number.NaN],
      ] as const,
    },
  ];
  const svg = lineChart("title", lines, axes);
  expect(textsOf(svg)).toContain("bad diverges");
  expect(textsOf(svg)).toContain("good");
  const heights = [...svg.matchAll(/[ML]([\d.e+-]+),([\d.e+-]+)/gu)].map((match) =>
    Number(match[2]),
  );
  expect(heights.length).toBeGreaterThan(4);
  expect(Math.min(...heights)).toBeGreaterThanOrEqual(0);
  expect(Math.max(...heights)).toBeLessThanOrEqual(400);
});

test("a logarithmic axis leaves out what it cannot show and labels decades", () => {
  const points = [
    [1, 0],
    [10, 1e-3],
    [100, 1],
  ] as const;
  const log = { label: "k", type: "log" } as const;
  const texts = textsOf(lineChart("title", [{ name: "line", style, points }], { x: log, y: log }));
  expect(texts).toEqual(expect.arrayContaining(["10", "20", "50", "100", "0.001", "0.1", "1"]));
  expect(texts).not.toContain("NaN");
});
