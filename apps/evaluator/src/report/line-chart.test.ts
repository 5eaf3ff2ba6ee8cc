import { parseHTML } from "linkedom";
import { expect, test } from "vitest";
import { lineChart } from "./line-chart.ts";

const style = { colour: "#0072b2", dash: "none", width: 2, symbol: "square" } as const;
const axes = {
  x: { label: "time", type: "linear", include: 0 },
  y: { label: "error", type: "linear", include: 0, limits: [0, 2] },
} as const;
const textsOf = (svg: string) =>
  [...parseHTML(svg).document.querySelectorAll("text")].map((text) => text.textContent);

test("each line is named once, beside its end or, in the narrow chart, below", () => {
  const names = ["one", "two", "three"];
  const lines = names.map((name, i) => ({
    name,
    style,
    points: [
      [0, i],
      [4, 1],
    ] as const,
  }));
  const { svg, narrow, isCut } = lineChart("title", lines, axes);
  const texts = textsOf(svg);
  for (const name of names) expect(texts.filter((text) => text === name)).toHaveLength(1);
  expect(texts).toContain("title");
  expect(texts).toContain("↑ error");
  expect(texts).toContain("time →");
  for (const name of names) expect(textsOf(narrow).filter((text) => text === name)).toHaveLength(1);
  expect(isCut).toBe(false);
  expect(texts.join(" ")).not.toMatch(/cut|from/u);
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
  const { svg, isCut } = lineChart("title", lines, axes);
  expect(isCut).toBe(true);
  expect(textsOf(svg)).toContain("↑ error, cut at 2");
  expect(textsOf(svg)).toContain("bad diverges");
  expect(textsOf(svg)).toContain("good");
  const paths = [...parseHTML(svg).document.querySelectorAll('[aria-label="line"] path')]
    .map((path) => path.getAttribute("d"))
    .join(" ");
  const heights = [...paths.matchAll(/[ML]([\d.e+-]+),([\d.e+-]+)/gu)].map((match) =>
    Number(match[2]),
  );
  expect(heights).toHaveLength(4);
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
  const texts = textsOf(
    lineChart("title", [{ name: "line", style, points }], { x: log, y: log }).svg,
  );
  expect(texts).toEqual(expect.arrayContaining(["10", "20", "50", "100", "0.001", "0.1", "1"]));
  expect(texts).not.toContain("NaN");
});

test("a linear axis that does not begin at zero says so", () => {
  const points = [
    [0, 0.9],
    [4, 1],
  ] as const;
  const y = { label: "ratio", type: "linear" } as const;
  const { svg } = lineChart("title", [{ name: "line", style, points }], { ...axes, y });
  expect(textsOf(svg)).toContain("↑ ratio, axis from 0.900");
});

test("many names have room: no two are nearer than a line of text", () => {
  const lines = Array.from({ length: 30 }, (_, i) => ({
    name: `model-${i}`,
    style,
    points: [
      [0, 0],
      [4, 1 + i / 1000],
    ] as const,
  }));
  const { svg } = lineChart("title", lines, axes);
  const { document } = parseHTML(svg);
  const heights = [...document.querySelectorAll("text")]
    .filter((text) => text.textContent?.startsWith("model-"))
    .map((text) => Number(/,([\d.]+)\)/u.exec(text.getAttribute("transform") ?? "")?.[1]))
    .toSorted((a, b) => a - b);
  expect(heights).toHaveLength(30);
  for (const [i, y] of heights.slice(1).entries()) {
    expect(y - (heights[i] as number)).toBeGreaterThan(15);
  }
});

test("a logarithmic chart says how many values it cannot show, those of a line that it lacks among them", () => {
  const log = { ...axes, y: { label: "energy", type: "log" } } as const;
  const line = (name: string, values: readonly number[]) => ({
    ...{ name, style },
    points: values.map((value, time) => [time, value] as const),
  });
  const lines = [
    line("one", [1, 0, 2, 4]),
    line("two", [-1, 0, 0, 0]),
    line("bad", [1, Number.NaN]),
  ];
  const { svg, narrow } = lineChart("title", lines, log);
  for (const picture of [svg, narrow]) {
    expect(textsOf(picture)).toContain("↑ energy, 5 values ≤ 0 left out");
    expect(textsOf(picture)).not.toContain("two");
  }
  expect(textsOf(lineChart("title", [line("one", [0, 1])], log).svg)).toContain(
    "↑ energy, a value ≤ 0 left out",
  );
});
