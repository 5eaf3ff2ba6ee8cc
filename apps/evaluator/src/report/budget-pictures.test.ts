import { parseHTML } from "linkedom";
import { expect, test } from "vitest";
import { budgetPictures, otherBudgetPictures } from "./budget-pictures.ts";
import { otherBudgetScores } from "./budget-scores.ts";
import { crpsCost } from "./cost-pictures.ts";
import { exampleBudgets } from "./example-budgets.ts";
import { exampleEvaluation } from "./example-evaluation.ts";

const few = exampleBudgets(2, [1, 2]);
const [distillation, crps] = budgetPictures(few);

/** The words of a drawing, and how many markers it has. */
function contentOf(svg: string) {
  const { document } = parseHTML(svg);
  return {
    words: [...document.querySelectorAll("text")].map(({ textContent }) => textContent),
    markers: document.querySelectorAll('[aria-label="dot"] path, [aria-label="dot"] circle').length,
  };
}

test("each contestant and sampler is a line over its evaluations, the cheapest first", () => {
  expect(crps?.alt).toContain("teacher, euler 0.189 at 1, 0.165 at 2, 0.150 at 5, 0.145 at 10;");
  expect(crps?.alt).toContain("teacher, midpoint 0.152 at 2, 0.143 at 4, 0.140 at 100;");
  expect(crps?.alt).toContain("student-2 0.197 at 1, 0.172 at 2.");
  // The teacher is no distance from itself, which a logarithmic axis cannot show.
  expect(distillation?.alt).not.toContain("at 100");
});

test("the solver and the baselines are levels over evaluations, and over time the solver is a point", () => {
  for (const drawing of [crps?.svg ?? "", crps?.narrow ?? ""]) {
    const { words, markers } = contentOf(drawing);
    // Once as a level, once in the legend.
    expect(words.filter((word) => word === "solver")).toHaveLength(2);
    expect(words.filter((word) => word === "persistence")).toHaveLength(2);
    // Eleven budgets over each cost, the solver over time, and five samples of the legend.
    expect(markers).toBe(11 + 12 + 5);
    for (const name of ["teacher, euler", "teacher, midpoint", "student-1", "student-2"]) {
      expect(words.filter((word) => word === name)).toHaveLength(1);
    }
  }
});

test("every score that was measured has a picture, and none where each contestant has one budget", () => {
  const names = otherBudgetPictures(few).map((picture) => picture?.name);
  const isMeasured = (name: string) => !name.startsWith("budget-ensemble");
  expect(names.filter((name) => name !== undefined)).toEqual(
    otherBudgetScores.map(({ name }) => name).filter(isMeasured),
  );
  expect(budgetPictures(exampleEvaluation)).toEqual([]);
  expect(otherBudgetPictures(exampleEvaluation)).toEqual([]);
});

test("of a few lines each has its name and evaluations at its end, of many a legend has them", () => {
  const wordsOf = (students: number) =>
    contentOf(crpsCost(exampleBudgets(students, [1, 2, 4]))?.svg ?? "").words;
  for (const words of [wordsOf(2), wordsOf(11)]) {
    expect(words.filter((word) => word === "teacher, midpoint (2–100 NFE)")).toHaveLength(1);
    expect(words.filter((word) => word === "student-2 (1–4 NFE)")).toHaveLength(1);
  }
  expect(crpsCost(few)?.svg.match(/<svg /gu)).toHaveLength(1);
  // A drawing around the chart, and for each line a sample and a name.
  const many = crpsCost(exampleBudgets(11, [1, 2, 4]))?.svg ?? "";
  expect(many.match(/<svg /gu)).toHaveLength(2 + 2 * (11 + 3));
});
