import { join } from "node:path";
import { ArgumentError } from "@eddyflow/core";
import { type CommandSpec, onlyFlags, runCommand } from "command-line";
import { chosen, exists, runStudy, studyFlags, useOnly } from "./command.ts";
import { demoTeacherSteps, placesOfDemo } from "./demo-teacher.ts";
import { type Contestant, planComparison, planEvaluation } from "./plan.ts";
import { rowsOf, tableOf } from "./rows.ts";
import { students, teacherSamplers } from "./students.ts";

const out = join("runs", "compare");
const region = "compare";

const spec = {
  name: "pnpm compare:methods",
  about:
    "distils the demo's teacher at equal cost by one method after another, and compares the students.",
  usage: [
    "pnpm compare:methods [--budgets LIST] [--seeds N] [--only PART] [--json FILE] [--readme FILE]",
  ],
  flags: {
    budgets: {
      type: "string",
      value: "LIST",
      about:
        "network evaluations of a student's training, separated by commas; one that is trained on counts as three; 55000,220000 if not given",
    },
    ...studyFlags(region, "students"),
  },
  notes: [
    `Students: ${students.map(({ name }) => name).join("; ")}.`,
    `Data and teacher are those of npm run demo, made first where they are missing. Runs and the report go to ${out}. Interrupted at any moment, the same command goes on where it stopped.`,
    "The whole comparison takes about a day on two cores; --budgets 55000 --seeds 1 takes less than an hour.",
  ],
} as const satisfies CommandSpec;

function readBudgets(text: string): readonly number[] {
  const budgets = text.split(",").map(Number);
  if (budgets.every((budget) => Number.isSafeInteger(budget) && budget >= 1000)) return budgets;
  throw new ArgumentError({
    problem: `--budgets is "${text}"`,
    expected: "whole numbers of at least 1000, separated by commas",
    remedy: "write --budgets 55000, for example",
  });
}

await runCommand("compare:methods", async ({ argv, signal }) => {
  const flags = onlyFlags(argv, spec, useOnly);
  if (flags === null) return;
  const places = placesOfDemo(out);
  const plan = planComparison({
    students: chosen(students, flags.only),
    budgets: readBudgets(flags.budgets ?? "55000,220000"),
    seeds: flags.seeds ?? 3,
    places,
    exists,
  });
  const contestants: readonly Contestant[] = [
    ...teacherSamplers.map((sampler) => ({
      name: `teacher-${sampler.replace(":", "-")}`,
      student: "the teacher, not distilled",
      ...{ sampler, budget: null, seed: 0, folder: places.teacher },
    })),
    ...plan.contestants,
  ];
  await runStudy({
    ...{ name: "compare:methods", region, flags, signal, out, tableOf },
    steps: [...demoTeacherSteps(), ...plan.trainings, planEvaluation(contestants, places)],
    rowsOf: (measured) => rowsOf(contestants, measured),
  });
});
