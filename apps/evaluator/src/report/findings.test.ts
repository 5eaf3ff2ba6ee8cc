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
  const sentence = findings(exampleEvaluation)[0];
  expect(sentence).toContain(
    "94 times faster than the teacher (0.900 ms per sample against 84.7 ms)",
  );
  expect(sentence).toContain("differ from the teacher’s by a VRMSE of 0.0620");
  expect(findings(exampleEvaluation)[0]).toContain(
    "two independent samples of the teacher differ by 0.420",
  );
  expect(sentence).toContain("2 % above the teacher’s");
});

test("a student that is slower than its teacher is said to be", () => {
  const sentence = findings(changed("flow", { msPerStep: 169.4 }))[1];
  expect(sentence).toContain("is 2.0 times slower");
});

test("the teacher's own weights with one step are told apart from what was distilled", () => {
  const own = findings(exampleEvaluation).find((text) => text.startsWith("teacher-euler-1"));
  expect(own).toContain("nothing distilled");
});

test("the solver is compared in time and in skill", () => {
  const text = findings(exampleEvaluation).join("\n");
  expect(text).toContain(
    "takes 41.2 ms for the same step: velocity_pd-1 is 46 times faster, flow is 44 times faster",
  );
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

test("the best student is named, and a cheaper one that is as good is better", () => {
  expect(findings(exampleEvaluation)[0]).toMatch(
    /^Of 3 students, velocity_pd-1 is the best: it has the fewest network evaluations of those whose one-step CRPS is within 2 % of the smallest \(0\.143; velocity_pd-2 has 0\.141\)\./u,
  );
  const far = changed("velocity_pd-1", { oneStep: { vrmse: 0.4, crps: 0.2 } });
  expect(findings(far)[0]).toContain(
    "velocity_pd-2 is the best: its one-step CRPS, 0.141, is the smallest.",
  );
  expect(findings(far)[0]).toContain(
    "velocity_pd-2 needs 2 network evaluations per step instead of 100",
  );
});

test("a model that is run off the times it was distilled for is named, never praised", () => {
  const warning = "run by euler:3, trained on the flow times 0, 0.5, 1 only";
  const marked = changed("velocity_pd-1", { warning, oneStep: { vrmse: 0.1, crps: 0.01 } });
  const about = findings(marked).filter((sentence) => sentence.includes("velocity_pd-1"));
  expect(about).toEqual([
    `velocity_pd-1 is ${warning}. Its figures say nothing of the model as it is meant to be run.`,
  ]);
});

test("without a solver no solver is spoken of", () => {
  const contestants = exampleEvaluation.contestants.filter(({ kind }) => kind !== "solver");
  const sentences = findings({ ...exampleEvaluation, contestants });
  expect(sentences.length).toBeGreaterThan(2);
  expect(sentences.join(" ")).not.toMatch(/solver/iu);
});

test("without a teacher the best model is compared with the baselines", () => {
  const text = findings({ ...exampleEvaluation, reference: null }).join(" ");
  expect(text).toContain("The one-step CRPS of the teacher is 0.42 times that of persistence");
  expect(text).not.toContain("student");
});

test("a rollout that diverges is said to, with its time", () => {
  const crps = [0.1, 0.2, Number.NaN, ...Array(5).fill(Number.NaN)];
  expect(findings(changed("flow", { rollout: { vrmse: crps, crps } }))).toContain(
    "The rollouts of flow diverge: from t = 6 on they have no score.",
  );
});

test("where the intervals of students overlap, the best is said to be unsure", () => {
  const apart = { vrmse: 0.4, crps: 0.2 };
  const withInterval = (name: string, low: number, high: number) => {
    const [own] = exampleEvaluation.contestants.filter((contestant) => contestant.name === name);
    if (own === undefined) return expect.unreachable();
    const crps = { value: (low + high) / 2, interval: [low, high] as const };
    const oneStep = { ...own.scores.oneStep, crps: { mean: crps, channels: [crps] } };
    return { ...own.scores, oneStep };
  };
  const evaluation = {
    ...exampleEvaluation,
    contestants: exampleEvaluation.contestants.map((contestant) =>
      contestant.name === "flow"
        ? { ...contestant, oneStep: apart, scores: withInterval("flow", 0.19, 0.21) }
        : contestant,
    ),
  };
  expect(findings(evaluation)[0]).toContain(
    "The 95 % interval of its CRPS overlaps with that of velocity_pd-2.",
  );
});
