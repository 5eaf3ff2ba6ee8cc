import type { Study } from "../study.ts";
import { evaluation } from "../work/evaluate.ts";
import { slugOf } from "../work/slug.ts";
import { bestStudent } from "./best-student.ts";
import { chosen } from "./chosen.ts";
import { demoRegime } from "./demo-regime.ts";
import { distilled } from "./distilled.ts";
import { students, teacherSamplers } from "./students.ts";

const budget = 55_000;

/** The nearest to the teacher with one evaluation, which learns for four times as long as well. */
const nearest = students.filter(({ name }) => name === "single_step");

const keptNames = [slugOf(`single_step ${4 * budget}`), slugOf(`trajectory, two jumps ${budget}`)];

export const methodsKs2d: Study = {
  name: "methods-ks2d",
  title: "Students of one teacher at equal cost: Kuramoto–Sivashinsky, partly observed",
  question:
    "Which method brings one, two or four network evaluations nearest to a teacher of a hundred, if every student may learn for the same number of network evaluations?",
  seeds: 3,
  cost: { evaluations: "55,000 for each student, and 220,000 for the best", minutes: 65 },
  parts: students.map(({ name }) => name),
  async plan(options) {
    const { place, extent, only, budgets, seeds } = options;
    const { data, teacher } = await demoRegime(options);
    const trained = await Promise.all(
      [
        { students: chosen(students, only), budgets: budgets ?? [budget] },
        ...(budgets === undefined && only === undefined
          ? [{ students: nearest, budgets: [4 * budget] }]
          : []),
      ].map((each) =>
        distilled(options, {
          ...{ data, teacher, ...each },
          ...{ batchSize: 16, secondsPerEvaluation: 1 / 700 },
        }),
      ),
    );
    const contestants = trained.flatMap((each) => each.contestants);
    const ofTeacher = { name: "teacher", runs: [teacher] };
    const labels = Object.assign({}, ...trained.map((each) => each.labels));
    return [
      {
        heading: "Students and teacher",
        about:
          "The demo's regime: a 128² simulation on a box of 120 of which every fourth point is seen, 32² points two time units apart, where the next state is uncertain. Teacher and students have the same U-Net of 167,004 parameters; the students begin with the teacher's weights.",
        evaluation: evaluation(place, {
          ...{ name: "methods-ks2d", title: "Students of one teacher at equal cost", data },
          contestants: [
            { ...ofTeacher, samplers: ["midpoint:50", ...teacherSamplers] },
            ...contestants,
          ],
          ...extent.numbers({ members: 8, samples: 48, rollouts: 8, rolloutLength: 10 }),
          seconds: extent.seconds(250 + 12 * contestants.length * seeds),
        }),
        kept: [
          { contestant: { ...ofTeacher, samplers: [] }, sampler: "euler:1" },
          // The best with one evaluation and with two.
          ...contestants
            .filter(({ name }) => keptNames.includes(name))
            .map((contestant) => ({ contestant, sampler: contestant.samplers[0] ?? null })),
        ],
        labels: { teacher: { method: "the teacher, not distilled", budget: null }, ...labels },
        columns: [
          ...["method", "budget", "NFE", "sampler", "seeds", "distillation error"],
          ...["low", "mid", "high", "CRPS, one step", "CRPS, rollout"],
        ],
        pictures: [
          {
            file: "budget-distillation.png",
            about: "Distillation error over network evaluations and over time",
          },
          { file: "budget-crps.png", about: "CRPS over network evaluations and over time" },
        ],
      },
    ];
  },
  answer: ([rows = []]) => bestStudent(rows),
};
