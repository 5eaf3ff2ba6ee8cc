import { expect, test } from "vitest";
import type { ContestantEvaluation, Evaluation } from "../measure/evaluation.ts";
import type { ChannelScores, EnsembleScores } from "../measure/scores.ts";
import { exampleEvaluation } from "./example-evaluation.ts";
import { referencePictures } from "./reference-pictures.ts";
import { referencePageTable, referenceTable } from "./reference-table.ts";

const score = (value: number): ChannelScores => {
  const one = { value, interval: [0.9 * value, 1.1 * value] } as const;
  return { mean: one, channels: [one] };
};
const scores = (value: number): EnsembleScores => ({
  meanError: score(value),
  deviationError: score(2 * value),
  energyDistance: score(value / 10),
  crps: score(value + 0.3),
});
const fields = (level: number) => ({
  member: [],
  ensemble: {
    mean: [[new Float32Array(1024).fill(level)]],
    spread: [[new Float32Array(1024).fill(level)]],
  },
  animation: [],
});

const compared = ({ contestants, pictured }: Evaluation): Evaluation => ({
  ...exampleEvaluation,
  contestants: contestants.map(
    (one, index): ContestantEvaluation => ({
      ...one,
      scores: {
        ...one.scores,
        ensemble: one.name === "persistence" ? null : scores(0.2 + index / 10),
      },
      ensembleFields: one.kind === "model" ? fields(index) : null,
    }),
  ),
  ensemble: {
    ...{ conditions: 5, members: 64, pictured: [0], channels: ["u"], plane: pictured },
    floor: { members: 8, against: 56, scores: scores(0.05) },
    fields: fields(1),
  },
});
const evaluation = compared(exampleEvaluation);

test("the table ends in the floor, and says how many members there are", () => {
  const lines = referenceTable(evaluation)?.split("\n") ?? [];
  expect(lines[0]).toBe(
    "Against the reference ensemble. After one step: 5 conditions, 64 members of the reference and 8 of each contestant",
  );
  expect(lines.at(-1)).toMatch(/^floor +0\.0500 +0\.100 +0\.00500 +0\.350/u);
  expect(lines.find((line) => line.startsWith("persistence"))).toMatch(/^persistence +– +– +– +–/u);
  // Nothing was measured of the spectrum.
  expect(lines[1]).not.toContain("spectrum");
  expect(referenceTable(exampleEvaluation)).toBeNull();
});

test("a dash has its reason below the table, on the terminal as on the page", () => {
  const none = { value: null, interval: null, reason: "the reference has no spread" };
  const contestants = evaluation.contestants.map((one): ContestantEvaluation => {
    const deviationError = { mean: none, channels: [none] };
    return { ...one, scores: { ...one.scores, ensemble: { ...scores(0.2), deviationError } } };
  });
  const certain = { ...evaluation, contestants };
  expect(referenceTable(certain)?.split("\n").at(-1)).toBe("– the reference has no spread");
  expect(referencePageTable(certain)).toContain("the reference has no spread");
});

test("on the page the floor has its intervals and no star", () => {
  const html = referencePageTable(evaluation);
  const rowOf = (name: string) => html.split("<tr>").find((row) => row.includes(`>${name}<`)) ?? "";
  expect(rowOf("floor")).toContain("8 members of the reference against its other 56");
  expect(rowOf("floor")).toContain("0.0450 … 0.0550");
  expect(rowOf("floor")).not.toContain("star");
  expect(rowOf("solver")).toContain("star");
  expect(referencePageTable(exampleEvaluation)).toBe("");
});

test("the picture has the reference first, then the contestants of least CRPS", () => {
  const [picture] = referencePictures(evaluation);
  expect(picture?.name).toBe("reference-ensemble");
  const names = [...(picture?.svg ?? "").matchAll(/>([^<]+), (?:mean|deviation)</gu)].map(
    ([, name]) => name,
  );
  expect(names.slice(0, 4)).toEqual(["reference", "reference", "teacher", "teacher"]);
  expect(names).toHaveLength(8);
  expect(referencePictures(exampleEvaluation)).toEqual([]);
});
