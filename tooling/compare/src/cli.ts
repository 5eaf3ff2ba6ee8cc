import { existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { ArgumentError } from "@eddyflow/core";
import {
  type CommandSpec,
  makeFolder,
  onlyFlags,
  regionMarks,
  requireRegion,
  runCommand,
  userPath,
  writeRegion,
} from "command-line";
import { type DemoStep, demoExperiment, demoPlaces, planDemo, runSteps } from "demo";
import { type Contestant, planComparison, planEvaluation } from "./plan.ts";
import { type Measured, rowsOf, tableOf } from "./rows.ts";
import { students, teacherSamplers } from "./students.ts";

const root = join(import.meta.dirname, "../../..");
const demo = join("runs", "demo");
const out = join("runs", "compare");

/** The place of the table in a page. */
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
    seeds: { type: "integer", value: "N", min: 1, about: "runs of each student; 3 if not given" },
    only: { type: "string", value: "PART", about: "only students whose name contains it" },
    json: { type: "string", value: "FILE", about: "write { rows: [...] }" },
    readme: {
      type: "string",
      value: "FILE",
      about: `put the table between ${regionMarks(region).join(" and ")} of FILE`,
    },
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
  const flags = onlyFlags(argv, spec, (word) => ({
    problem: `unknown argument "${word}"`,
    expected: "only flags",
    remedy: `use --only ${word} to choose students`,
  }));
  if (flags === null) return;
  const { only } = flags;
  const chosen = students.filter(({ name }) => only === undefined || name.includes(only));
  if (chosen.length === 0) {
    throw new ArgumentError({
      problem: `no student has "${only}" in its name`,
      expected: students.map(({ name }) => name).join("; "),
      remedy: "give part of one of these names",
    });
  }
  const budgets = readBudgets(flags.budgets ?? "55000,220000");
  if (flags.json !== undefined) await makeFolder(dirname(userPath(flags.json)));
  if (flags.readme !== undefined) await requireRegion(userPath(flags.readme), region);

  const exists = (path: string) => existsSync(join(root, path));
  const { data, teacher } = demoPlaces(demo, false);
  const places = { experiment: demoExperiment, data, teacher, out };
  const [simulation, training] = planDemo({
    quick: false,
    backend: null,
    experiment: demoExperiment,
    folder: demo,
    exists,
  }) as [DemoStep, DemoStep, ...DemoStep[]];
  const plan = planComparison({
    students: chosen,
    budgets,
    seeds: flags.seeds ?? 3,
    places,
    exists,
  });
  const contestants: readonly Contestant[] = [
    ...teacherSamplers.map((sampler) => ({
      name: `teacher-${sampler.replace(":", "-")}`,
      student: "the teacher, not distilled",
      ...{ sampler, budget: null, seed: 0, folder: teacher },
    })),
    ...plan.contestants,
  ];
  const steps = [simulation, training, ...plan.trainings, planEvaluation(contestants, places)];
  await runSteps(steps, {
    name: "compare:methods",
    root,
    signal,
    goOn: {
      interrupted: "The same command goes on from here.",
      failed: ", and the same command goes on from here",
    },
  });
  const { contestants: measured } = JSON.parse(
    await readFile(join(root, out, "summary.json"), "utf8"),
  ) as { readonly contestants: readonly Measured[] };
  const rows = rowsOf(contestants, measured);
  const table = tableOf(rows);
  console.log(`\n${table}`);
  if (flags.readme !== undefined) await writeRegion(userPath(flags.readme), region, table);
  if (flags.json !== undefined) {
    await writeFile(userPath(flags.json), `${JSON.stringify({ rows }, null, 2)}\n`);
  }
});
