import { expect, test } from "vitest";
import type { ContestantEvaluation } from "../measure/evaluation.ts";
import { bestStudent, students } from "./best-student.ts";
import { exampleEvaluation } from "./example-evaluation.ts";

const scored = (scores: Readonly<Record<string, number>>) => ({
  ...exampleEvaluation,
  contestants: exampleEvaluation.contestants.map(
    (contestant): ContestantEvaluation => ({
      ...contestant,
      oneStep: { vrmse: 1, crps: scores[contestant.name] ?? 0.01 },
    }),
  ),
});

test("students are neither the teacher, nor its own weights, nor the solver or a baseline", () => {
  const names = students(exampleEvaluation).map(({ name }) => name);
  expect(names).toEqual(["flow", "velocity_pd-2", "velocity_pd-1"]);
  expect(students({ ...exampleEvaluation, reference: null })).toEqual([]);
});

test("the best student has the smallest CRPS, whatever others have that are no students", () => {
  const evaluation = scored({ flow: 0.3, "velocity_pd-2": 0.2, "velocity_pd-1": 0.25 });
  expect(bestStudent(evaluation)?.name).toBe("velocity_pd-2");
});

test("of students within 2 % of the smallest CRPS, the one with the fewest evaluations is best", () => {
  const evaluation = scored({ flow: 0.205, "velocity_pd-2": 0.2, "velocity_pd-1": 0.203 });
  expect(bestStudent(evaluation)?.name).toBe("velocity_pd-1");
});

test("a student whose score is no number is not the best", () => {
  const evaluation = scored({
    flow: Number.NaN,
    "velocity_pd-2": 0.9,
    "velocity_pd-1": Number.NaN,
  });
  expect(bestStudent(evaluation)?.name).toBe("velocity_pd-2");
});

test("where only ensembles were compared with a reference, their CRPS tells the best", () => {
  const of: Readonly<Record<string, number>> = { flow: 0.2, "velocity_pd-2": 0.3 };
  const contestants = exampleEvaluation.contestants.map((contestant): ContestantEvaluation => {
    const mean = { value: of[contestant.name] ?? 0.9, interval: null };
    const ensemble = { crps: { mean, channels: [mean] } };
    return {
      ...contestant,
      ...{ oneStep: null, rollout: null, scores: { ...contestant.scores, ensemble } },
    };
  });
  expect(bestStudent({ ...exampleEvaluation, contestants })?.name).toBe("flow");
});

test("a fair CRPS below 0, as few members may have, is the smallest all the same", () => {
  const evaluation = scored({ flow: 0.3, "velocity_pd-2": -1e-7, "velocity_pd-1": 0.2 });
  expect(bestStudent(evaluation)?.name).toBe("velocity_pd-2");
});
