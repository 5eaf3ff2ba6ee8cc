import { expect, test } from "vitest";
import { contestantStyles } from "./contestant-styles.ts";
import { drawnBudgets } from "./drawn-budgets.ts";
import { exampleBudgets } from "./example-budgets.ts";
import { exampleEvaluation } from "./example-evaluation.ts";
import { notes } from "./notes.ts";
import { rolloutPictures } from "./rollout-pictures.ts";

const budgets = exampleBudgets(2, [1, 2, 50, 100]);

test("one budget of each contestant is drawn: the reference, and of a student the cheapest of its best", () => {
  expect(drawnBudgets(budgets).map(({ name }) => name)).toEqual([
    ...["solver", "persistence", "climatology"],
    // Its CRPS at 50 evaluations is within 2 % of that at 100.
    ...["teacher@midpoint:50", "student-1@flow:50", "student-2@flow:50"],
  ]);
  expect(drawnBudgets(exampleEvaluation)).toEqual(exampleEvaluation.contestants);
  const [crps] = rolloutPictures(budgets);
  expect(crps?.alt).toContain("student-1@flow:50");
  expect(crps?.alt).not.toContain("student-1@flow:2");
});

test("all budgets of a contestant have one style", () => {
  const styles = contestantStyles(budgets);
  const of = (group: string) =>
    new Set(
      budgets.contestants.flatMap((each) => (each.group === group ? [styles.get(each.name)] : [])),
    );
  expect(of("teacher").size).toBe(1);
  expect(of("student-1").size).toBe(1);
  expect(styles.get("student-1@flow:1")).not.toEqual(styles.get("student-2@flow:1"));
});

test("the notes say what was added, what seeds mean, and which budgets are drawn", () => {
  const text = notes(budgets).join("\n");
  expect(text).toContain("teacher@euler:1 was added: the teacher’s own weights");
  expect(text).toContain("Figures of several seeds are their mean");
  expect(text).toContain("Of a contestant with several budgets, curves and fields show one");
  expect(notes(exampleEvaluation).join("\n")).not.toMatch(/added|seeds are|several budgets/u);
});
