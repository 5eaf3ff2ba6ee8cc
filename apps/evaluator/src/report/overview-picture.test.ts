import { parseHTML } from "linkedom";
import { expect, test } from "vitest";
import { exampleEvaluation } from "./example-evaluation.ts";
import { overviewPicture } from "./overview-picture.ts";

test("the overview shows every cost, and fields of the truth, the solver, the teacher and the best student", () => {
  const picture = overviewPicture(exampleEvaluation);
  const { document } = parseHTML(picture?.svg ?? "");
  const texts = [...document.querySelectorAll("text")].map((text) => text.textContent);
  expect(texts).toEqual(expect.arrayContaining(["truth", "solver", "teacher", "velocity_pd-1"]));
  expect(texts).toEqual(expect.arrayContaining(["flow (1 NFE)", "teacher (100 NFE)"]));
  // Of equal cost, the student nearer to its teacher is shown.
  expect(texts).not.toContain("flow");
  // Four rows of four times, and the colour bar.
  expect(document.querySelectorAll("image")).toHaveLength(17);
  expect(picture?.caption).toContain("8 members, averaged over 64 held-out pairs");
});

test("without a rollout or a time there is no overview", () => {
  expect(overviewPicture({ ...exampleEvaluation, pictured: null })).toBeNull();
  const contestants = exampleEvaluation.contestants.map((contestant) => ({
    ...contestant,
    msPerStep: null,
  }));
  expect(overviewPicture({ ...exampleEvaluation, contestants })).toBeNull();
});
