import { expect, test } from "vitest";
import type { Contestant } from "./plan.ts";
import { type Measured, rowsOf, tableOf } from "./rows.ts";

const contestant = (seed: number, budget: number | null = 1000): Contestant => ({
  name: `a-${budget}-${seed}`,
  student: "a",
  sampler: "euler:1",
  ...{ budget, seed, folder: "" },
});
const measured = (name: string, error: number | null): Measured => ({
  name,
  nfePerStep: 1,
  oneStep: { crps: 2 },
  rollout: { crps: [1, 3] },
  spectrum: { low: 1, mid: 0.5, high: error },
  distillationError: error,
});

test("seeds make one row with their mean and their deviation", () => {
  const names = [0, 1, 2].map((seed) => contestant(seed));
  const [row] = rowsOf(
    names,
    names.map(({ name }, i) => measured(name, i + 1)),
  );
  expect(row).toEqual({
    method: "a",
    sampler: "euler:1",
    nfe: 1,
    budget: 1000,
    seeds: 3,
    distillationError: { mean: 2, std: 1 },
    bands: { low: 1, mid: 0.5, high: 2 },
    crps: { oneStep: 2, rollout: 2 },
  });
});

test("one seed has no deviation, and one that diverged leaves no mean of the others", () => {
  const names = [contestant(0), contestant(0, 2000), contestant(1, 2000)];
  const [alone, diverged] = rowsOf(
    names,
    names.map(({ name }, i) => measured(name, i === 1 ? null : 0.5)),
  );
  expect(alone?.distillationError).toEqual({ mean: 0.5, std: null });
  expect(diverged?.distillationError).toEqual({ mean: null, std: null });
});

test("the table has the best of each budget first, and a dash for what is not known", () => {
  const names = [contestant(0, 2000), contestant(0, null), contestant(0, 1000)];
  const errors = [0.25, null, 0.125];
  const lines = tableOf(
    rowsOf(
      names,
      names.map(({ name }, i) => measured(name, errors[i] as number | null)),
    ),
  ).split("\n");
  expect(lines).toHaveLength(5);
  expect(lines[2]).toMatch(/\| – +\| 1 .*\| – /u);
  expect(lines[3]).toMatch(/1,000 .* \.1250 /u);
  expect(lines[4]).toMatch(/2,000 .* \.2500 /u);
  expect(new Set(lines.map((line) => line.length)).size).toBe(1);
});
