import { expect, test } from "vitest";
import { exampleEvaluation } from "./example-evaluation.ts";
import { terminalTable } from "./terminal-table.ts";

const lines = terminalTable(exampleEvaluation).split("\n");
const row = (name: string) => lines.find((line) => line.startsWith(`${name} `)) ?? "";

test("there is a line for each contestant under titles and units", () => {
  expect(lines).toHaveLength(3 + exampleEvaluation.contestants.length);
  expect(lines[0]).toMatch(
    /^contestant +NFE +time +batch +VRMSE +CRPS +low +mid +high +distill\. +VRMSE +CRPS$/,
  );
  expect(lines[1]).toMatch(/^ +per step +ms\/step +1 step +1 step .* t = 16 +t = 16$/);
});

test("columns are aligned: the last figure of a column ends at the same place in each line", () => {
  const ends = exampleEvaluation.contestants.map((contestant) => {
    const text = row(contestant.name).padEnd(200);
    return [...text.matchAll(/(?<=\s)(\d[\d.]*|–)(?=[\s*])/gu)].map(
      (match) => match.index + match[0].length,
    );
  });
  for (const end of ends) expect(end).toEqual(ends[0]);
  expect(ends[0]).toHaveLength(11);
});

test("the best of each column is marked; the teacher's own zero distance is not", () => {
  expect(row("velocity_pd-2")).toContain("0.037*");
  expect(row("teacher")).toMatch(/0\.000 /u);
  expect(row("velocity_pd-1")).toContain("0.900*");
  expect(row("teacher")).toContain("0.280*");
  // Baselines hold true frames: their energies are right without merit.
  expect(row("persistence")).not.toContain("*");
});

test("what was not measured is a dash, and a column without any figure is left out", () => {
  expect(row("solver")).toMatch(/^solver +– +41\.2 /u);
  const contestants = exampleEvaluation.contestants.map((contestant) => ({
    ...contestant,
    rollout: null,
  }));
  const table = terminalTable({ ...exampleEvaluation, contestants });
  expect(table).not.toContain("t = 16");
});

test("values that are equal in the printed digits are equally good", () => {
  const contestants = exampleEvaluation.contestants
    .filter((contestant) => contestant.kind === "model")
    .map((contestant, index) => ({
      ...contestant,
      oneStep: { vrmse: 0.2 + index * 1e-5, crps: 0.1 },
    }));
  const table = terminalTable({ ...exampleEvaluation, contestants });
  expect(table.match(/0\.200\*/gu)).toHaveLength(contestants.length);
});

test("what is not finite is said to diverge, and wins nothing", () => {
  const contestants = exampleEvaluation.contestants.map((contestant) =>
    contestant.name === "teacher"
      ? { ...contestant, oneStep: { vrmse: Number.NaN, crps: 0 / 0 } }
      : contestant,
  );
  const line = terminalTable({ ...exampleEvaluation, contestants })
    .split("\n")
    .find((text) => text.startsWith("teacher "));
  expect(line).toContain("diverges  ");
  expect(line).not.toContain("diverges*");
});
