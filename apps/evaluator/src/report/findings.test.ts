import { expect, test } from "vitest";
import type { ContestantEvaluation, Evaluation } from "../measure/evaluation.ts";
import { exampleEvaluation } from "./example-evaluation.ts";
import { findings } from "./findings.ts";

function changed(name: string, change: Partial<ContestantEvaluation>): Evaluation {
  const contestants = exampleEvaluation.contestants.map((contestant) =>
    contestant.name === name ? { ...contestant, ...change } : contestant,
  );
  return { ...exampleEvaluation, contestants };
}

test("the speed-up is the ratio of the measured times, and what was lost stands beside it", () => {
  const sentence = findings(exampleEvaluation).find((text) => text.startsWith("velocity_pd-1"));
  expect(sentence).toContain(
    "94 times faster than the teacher (0.900 ms per sample against 84.7 ms)",
  );
  expect(sentence).toContain("differ from the teacher’s by a VRMSE of 0.0620.");
  expect(findings(exampleEvaluation)[0]).toContain(
    "two independent samples of the teacher differ by 0.420",
  );
  expect(sentence).toContain("2 % above the teacher’s");
});

test("a student that is slower than its teacher is said to be", () => {
  const [sentence] = findings(changed("flow", { msPerStep: 169.4 }));
  expect(sentence).toContain("is 2.0 times slower");
});

test("the teacher's own weights with one step are told apart from what was distilled", () => {
  const own = findings(exampleEvaluation).find((text) => text.startsWith("teacher-euler-1"));
  expect(own).toContain("nothing distilled");
});

test("the solver is compared in time and in skill", () => {
  const text = findings(exampleEvaluation).join("\n");
  expect(text).toContain("takes 41.2 ms for the same step: flow is 44 times faster");
  expect(text).toContain(
    "the solver’s forecast is worse than the teacher’s: its one-step CRPS is 0.240; the teacher’s is 0.140.",
  );
  expect(text).not.toContain("wins");
});

test("where the solver is faster and better, it is said to win", () => {
  const better = { msPerStep: 0.2, oneStep: { vrmse: 0.1, crps: 0.05 } };
  const text = findings(changed("solver", better)).join("\n");
  expect(text).toContain("the solver wins: it is faster and at least as accurate");
  expect(text).toContain("flow is 4.7 times slower");
});

test("where the solver is faster but worse, it wins on time alone", () => {
  expect(findings(changed("solver", { msPerStep: 0.2 })).join("\n")).toContain(
    "The solver wins on time",
  );
});

test("a teacher that is no better than climatology is said to have no skill", () => {
  const text = findings(changed("teacher", { oneStep: { vrmse: 1.4, crps: 0.6 } })).join("\n");
  expect(text).toContain("no skill beyond a trivial forecast");
});

test("nothing is claimed that was not measured", () => {
  const contestants = exampleEvaluation.contestants.map((contestant) => ({
    ...contestant,
    msPerStep: null,
    oneStep: null,
    spectrum: null,
  }));
  expect(findings({ ...exampleEvaluation, contestants })).toEqual([]);
});
