import type { Study } from "../study.ts";
import { evaluation } from "../work/evaluate.ts";
import { chosen } from "./chosen.ts";
import { demoRegime } from "./demo-regime.ts";
import { distilled } from "./distilled.ts";
import { fasterThanSolver } from "./faster-than-solver.ts";
import { students } from "./students.ts";

const compared = students.filter(({ name }) =>
  ["single_step", "trajectory, two jumps"].includes(name),
);

/** By the states that are stepped at once. */
const parts = [
  { name: "One state at a time", batch: 1 },
  { name: "An ensemble of 32", batch: 32 },
] as const;

export const cost: Study = {
  name: "cost",
  title: "What a step costs beside the solver",
  question:
    "How much faster is a student than the solver, at full and at coarser resolution, on the same cores, and where does the solver win?",
  seeds: 1,
  cost: { evaluations: "58,000 for the teacher, 55,000 for each student", minutes: 15 },
  parts: parts.map(({ name }) => name),
  async plan(options) {
    const { place, extent, seeds, only } = options;
    const { data, teacher } = await demoRegime(options);
    const { contestants, labels } = await distilled(options, {
      ...{ data, teacher, students: compared, budgets: options.budgets ?? [55_000] },
      ...{ batchSize: 16, secondsPerEvaluation: 1 / 700 },
    });
    return chosen(parts, only).map(({ batch, name: heading }) => ({
      heading,
      about:
        "The demo's regime. The solver begins from what is seen, every fourth point, filled in between; on its own 128² points and on every second of them. Its time is that of one state on one core, since members run side by side.",
      evaluation: evaluation(place, {
        ...{ name: `cost-${batch}`, title: `Cost: ${heading.toLowerCase()}`, data, batch },
        // Every fourth point is too few for the equation: none of its waves would be damped.
        others: ["solver", "solver:2", "persistence"],
        contestants: [
          { name: "teacher", runs: [teacher], samplers: ["midpoint:50", "euler:1,2"] },
          ...contestants,
        ],
        ...extent.numbers({ members: 8, samples: 48, rollouts: 8, rolloutLength: 10 }),
        seconds: extent.seconds(250 + 20 * contestants.length * seeds),
      }),
      labels: { teacher: { method: "the teacher, not distilled", budget: null }, ...labels },
      columns: ["method", "NFE", "sampler", "ms", "VRMSE", "CRPS, one step", "CRPS, rollout"],
      pictures: [{ file: "budget-crps.png", about: "CRPS over network evaluations and over time" }],
    }));
  },
  answer: (tables) => fasterThanSolver(tables),
};
