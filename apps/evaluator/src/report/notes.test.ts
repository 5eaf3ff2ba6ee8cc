import { expect, test } from "vitest";
import { exampleEvaluation } from "./example-evaluation.ts";
import { notes } from "./notes.ts";

test("a model that is run in other steps than it was trained on is marked by name", () => {
  const [first, ...others] = exampleEvaluation.contestants;
  if (first === undefined) return expect.unreachable();
  const warning = "run by euler:3, trained on the flow times 0, 0.5, 1 only";
  const marked = { ...exampleEvaluation, contestants: [{ ...first, warning }, ...others] };
  const added = notes(marked).filter((note) => !notes(exampleEvaluation).includes(note));
  expect(added).toEqual([
    `${first.name} is ${warning}. Its figures say nothing of the model as it is meant to be run.`,
  ]);
});
