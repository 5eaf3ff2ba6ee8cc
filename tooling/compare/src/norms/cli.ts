import { join } from "node:path";
import { type CommandSpec, onlyFlags, runCommand } from "command-line";
import { chosen, exists, runStudy, studyFlags, useOnly } from "../command.ts";
import { demoTeacherSteps, placesOfDemo } from "../demo-teacher.ts";
import { parts } from "./cases.ts";
import { planNormEvaluation, planNorms } from "./plan.ts";
import { rowsOf, tableOf } from "./rows.ts";

const out = join("runs", "compare-norms");
const region = "compare-norms";

const spec = {
  name: "pnpm compare:norms",
  about:
    "trains the demo's teacher, and distils it, by L2 and by Sobolev norms at equal cost, and compares the outcome.",
  usage: ["pnpm compare:norms [--seeds N] [--only PART] [--json FILE] [--readme FILE]"],
  flags: studyFlags(region, "trainings"),
  notes: [
    `Trainings: ${parts.map(({ name }) => name).join("; ")}.`,
    `Data and teacher are those of npm run demo, made first where they are missing. Runs and the report go to ${out}. Interrupted at any moment, the same command goes on where it stopped.`,
    "The whole comparison takes about half an hour on two cores.",
  ],
} as const satisfies CommandSpec;

await runCommand("compare:norms", async ({ argv, signal }) => {
  const flags = onlyFlags(argv, spec, useOnly);
  if (flags === null) return;
  const places = placesOfDemo(out);
  const { trainings, contestants } = planNorms({
    parts: chosen(parts, flags.only),
    seeds: flags.seeds ?? 3,
    places,
    exists,
  });
  await runStudy({
    ...{ name: "compare:norms", region, flags, signal, out, tableOf },
    steps: [...demoTeacherSteps(), ...trainings, planNormEvaluation(contestants, places)],
    rowsOf: (measured) => rowsOf(contestants, measured),
  });
});
