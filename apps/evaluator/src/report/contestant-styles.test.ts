import { expect, test } from "vitest";
import { contestantStyles } from "./contestant-styles.ts";
import { exampleEvaluation } from "./example-evaluation.ts";

/** Relative luminance, WCAG 2.2. */
function luminance(colour: string): number {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => {
    const value = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

const contrast = (a: string, b: string): number => {
  const [high = 0, low = 0] = [luminance(a), luminance(b)].toSorted((x, y) => y - x);
  return (high + 0.05) / (low + 0.05);
};

test("every colour stands out against the light and the dark page", () => {
  const colours = [...contestantStyles(exampleEvaluation).values()]
    .map((style) => style.colour)
    .filter((colour) => colour !== "currentColor");
  expect(colours.length).toBeGreaterThan(5);
  for (const colour of colours) {
    expect(contrast(colour, "#ffffff"), colour).toBeGreaterThanOrEqual(3);
    expect(contrast(colour, "#15181c"), colour).toBeGreaterThanOrEqual(3);
  }
});

test("models differ from each other, and the reference has the same colour whatever its place", () => {
  const styles = contestantStyles(exampleEvaluation);
  const models = exampleEvaluation.contestants.filter((contestant) => contestant.kind === "model");
  const colours = models.map((contestant) => styles.get(contestant.name)?.colour);
  expect(new Set(colours).size).toBe(models.length);
  const turned = { ...exampleEvaluation, contestants: exampleEvaluation.contestants.toReversed() };
  expect(contestantStyles(turned).get("teacher")).toEqual(styles.get("teacher"));
});

test("a coarser solver has a marker of its own, since each may be one point alone", () => {
  const [first] = exampleEvaluation.contestants.filter(({ kind }) => kind === "solver");
  if (first === undefined) return expect.unreachable();
  const contestants = ["solver", "solver:2"].map((name) => ({ ...first, name, group: name }));
  const styles = [...contestantStyles({ ...exampleEvaluation, contestants }).values()];
  expect(new Set(styles.map(({ symbol }) => symbol)).size).toBe(2);
});

test("models are told apart without colour: no two of forty have the same dash and marker", () => {
  const [first] = exampleEvaluation.contestants.filter(({ kind }) => kind === "model");
  if (first === undefined) return expect.unreachable();
  const contestants = Array.from({ length: 40 }, (_, index) => ({
    ...first,
    ...{ name: `m${index}`, group: `m${index}` },
  }));
  const styles = [...contestantStyles({ ...exampleEvaluation, contestants }).values()];
  expect(new Set(styles.map(({ dash, symbol }) => `${dash} ${symbol}`)).size).toBe(40);
});
