import { join } from "node:path";
import { type CommandSpec, onlyFlags, runCommand } from "command-line";
import { chosen, exists, runStudy, studyFlags, useOnly } from "../command.ts";
import { parts } from "./contestants.ts";
import { planDeterministic, planDeterministicEvaluation } from "./plan.ts";
import { rowsOf, tableOf } from "./rows.ts";

const out = join("runs", "compare-deterministic");
const region = "compare-deterministic";
const places = {
  experiment: join("tooling", "compare", "src", "deterministic", "experiment.ts"),
  data: join(out, "data"),
  out,
};

const spec = {
  name: "pnpm compare:deterministic",
  about:
    "trains a velocity field and a regression of equal cost where the next state is nearly determined, and compares them at 1 to 100 evaluations.",
  usage: ["pnpm compare:deterministic [--seeds N] [--only PART] [--json FILE] [--readme FILE]"],
  flags: studyFlags(region, "methods"),
  notes: [
    `Methods: ${parts.map(({ name }) => name).join("; ")}.`,
    `Data, runs and the report go to ${out}. Interrupted at any moment, the same command goes on where it stopped.`,
    "The whole comparison takes about twenty minutes on two cores.",
  ],
} as const satisfies CommandSpec;

await runCommand("compare:deterministic", async ({ argv, signal }) => {
  const flags = onlyFlags(argv, spec, useOnly);
  if (flags === null) return;
  const { steps, contestants } = planDeterministic({
    parts: chosen(parts, flags.only),
    seeds: flags.seeds ?? 3,
    places,
    exists,
  });
  await runStudy({
    ...{ name: "compare:deterministic", region, flags, signal, out, tableOf },
    steps: [...steps, planDeterministicEvaluation(contestants, places)],
    rowsOf: (measured) => rowsOf(contestants, measured),
  });
});
