import type { Study } from "../study.ts";
import { evaluation } from "../work/evaluate.ts";
import { bestStudent } from "./best-student.ts";
import { chosen } from "./chosen.ts";
import { demoRegime } from "./demo-regime.ts";
import { distilled } from "./distilled.ts";
import { students, teacherSamplers } from "./students.ts";

export const methodsKs2d: Study = {
  name: "methods-ks2d",
  title: "Students of one teacher at equal cost: Kuramoto–Sivashinsky, partly observed",
  question:
    "Which method brings one, two or four network evaluations nearest to a teacher of a hundred, if every student may learn for the same number of network evaluations?",
  seeds: 3,
  cost: { evaluations: "55,000 and 220,000 for each student", minutes: 205 },
  parts: students.map(({ name }) => name),
  async plan(options) {
    const { place, extent, only, budgets = [55_000, 220_000], seeds } = options;
    const { data, teacher } = await demoRegime(options);
    const { contestants, labels } = await distilled(options, {
      ...{ data, teacher, students: chosen(students, only), budgets },
      ...{ batchSize: 16, secondsPerEvaluation: 1 / 700 },
    });
    return [
      {
        heading: "Students and teacher",
        about:
          "The demo's regime: a 128² simulation on a box of 120 of which every fourth point is seen, 32² points two time units apart, where the next state is uncertain. Teacher and students have the same U-Net of 167,004 parameters; the students begin with the teacher's weights.",
        evaluation: evaluation(place, {
          ...{ name: "methods-ks2d", title: "Students of one teacher at equal cost", data },
          contestants: [
            { name: "teacher", runs: [teacher], samplers: ["midpoint:50", ...teacherSamplers] },
            ...contestants,
          ],
          ...extent.numbers({ members: 8, samples: 32, rollouts: 3, rolloutLength: 10 }),
          seconds: extent.seconds(200 + 8 * contestants.length * seeds),
        }),
        labels: { teacher: { method: "the teacher, not distilled", budget: null }, ...labels },
        columns: [
          ...["method", "budget", "NFE", "sampler", "seeds", "distillation error"],
          ...["low", "mid", "high", "CRPS, one step", "CRPS, rollout"],
        ],
        pictures: [
          { file: "cost-distillation.png", about: "Distillation error over network evaluations" },
          { file: "cost-crps.png", about: "CRPS over network evaluations" },
        ],
      },
    ];
  },
  answer: ([rows = []]) => bestStudent(rows),
};
