import { expect, test } from "vitest";
import { exampleEvaluation } from "./example-evaluation.ts";
import { scoreTable } from "./score-table.ts";

const [titles = "", of = "", , ...lines] = (scoreTable(exampleEvaluation) ?? "").split("\n");
const cellsOf = (name: string) =>
  lines.find((line) => line.startsWith(`${name} `))?.split(/ {2,}/u) ?? [];
const at = (title: string) => titles.split(/ {2,}/u).indexOf(title);

test("every score says whether it is of a member or of the ensemble", () => {
  const kinds = of.trim().split(/ +/u);
  expect(kinds).toHaveLength(titles.split(/ {2,}/u).length - 1);
  expect(kinds[at("RMSE") - 1]).toBe("member");
  expect(kinds[at("skill") - 1]).toBe("ensemble");
});

test("a score stands in three digits in the line of its contestant", () => {
  // Made up as error · (1 + index / 10).
  expect(cellsOf("teacher")[at("RMSE")]).toBe("0.154");
  expect(cellsOf("teacher")[at("t(r<0.9)")]).toBe("7.14");
});

test("what is missing is a dash, and its reason stands below", () => {
  expect(cellsOf("solver")[at("spread")]).toBe("–");
  expect(lines.at(-1)).toBe("– a single forecast has no spread");
});

test("a time that the rollout was too short for is a lower limit", () => {
  const contestants = exampleEvaluation.contestants.map((contestant) => {
    const score = { value: 3, interval: null, reason: "still above it at the end of the rollouts" };
    const times = { mean: score, channels: [score] };
    return {
      ...contestant,
      scores: { ...contestant.scores, correlationTimes: [{ level: 0.9 as const, times }] },
    };
  });
  expect(scoreTable({ ...exampleEvaluation, contestants })).toContain("> 3.00");
});

test("without scores there is no table", () => {
  const contestants = exampleEvaluation.contestants.map((contestant) => ({
    ...contestant,
    scores: { ...contestant.scores, oneStep: null, correlationTimes: null },
  }));
  expect(scoreTable({ ...exampleEvaluation, contestants })).toBeNull();
});
