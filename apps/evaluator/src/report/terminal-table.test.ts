import { expect, test } from "vitest";
import { exampleEvaluation } from "./example-evaluation.ts";
import { terminalTable } from "./terminal-table.ts";

const lines = terminalTable(exampleEvaluation).split("\n");
const row = (name: string) => lines.find((line) => line.startsWith(`${name} `)) ?? "";

test("there is a line for each model under titles and units", () => {
  expect(lines).toHaveLength(3 + exampleEvaluation.models.length);
  expect(lines[0]).toMatch(
    /^model +NFE +time +batch +VRMSE +CRPS +low +mid +high +distill\. +VRMSE +CRPS$/,
  );
  expect(lines[1]).toMatch(/^ +per step +ms\/step +1 step +1 step .* t = 16 +t = 16$/);
});

test("columns are aligned: the last figure of a column ends at the same place in each line", () => {
  const ends = exampleEvaluation.models.map((model) => {
    const text = row(model.name).padEnd(200);
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
  const models = exampleEvaluation.models.map((model) => ({ ...model, rollout: null }));
  const table = terminalTable({ ...exampleEvaluation, models });
  expect(table).not.toContain("t = 16");
});

test("values that are equal in the printed digits are equally good", () => {
  const models = exampleEvaluation.models
    .filter((model) => model.kind === "network")
    .map((model, index) => ({ ...model, oneStep: { vrmse: 0.2 + index * 1e-5, crps: 0.1 } }));
  const table = terminalTable({ ...exampleEvaluation, models });
  expect(table.match(/0\.200\*/gu)).toHaveLength(models.length);
});

test("what is not finite is said to diverge, and wins nothing", () => {
  const models = exampleEvaluation.models.map((model) =>
    model.name === "teacher" ? { ...model, oneStep: { vrmse: Number.NaN, crps: 0 / 0 } } : model,
  );
  const line = terminalTable({ ...exampleEvaluation, models })
    .split("\n")
    .find((text) => text.startsWith("teacher "));
  expect(line).toContain("diverges  ");
  expect(line).not.toContain("diverges*");
});
