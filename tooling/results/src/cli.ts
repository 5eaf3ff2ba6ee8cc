import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { ArgumentError } from "@eddyflow/core";
import { type CommandSpec, makeFolder, onlyFlags, runCommand } from "command-line";
import { runStudy } from "./run-study.ts";
import { extentOf } from "./studies/extent.ts";
import { studies } from "./studies.ts";
import { prepareTable, tableFlags, useOnly, writeTable } from "./table-place.ts";
import { checkWeights } from "./weights/check-weights.ts";

const root = join(import.meta.dirname, "../../..");
const out = join("runs", "results");
const names = studies.map(({ name }) => name);
const column = Math.max(...names.map(({ length }) => length));

const spec = {
  name: "pnpm results",
  about:
    "trains and evaluates what a study compares, as far as it is missing, and writes its page, its rows and its pictures.",
  usage: [
    "pnpm results [--study NAME] [--seeds N] [--precision mixed] [--quick]",
    "pnpm results --study NAME [--table HEADING] [--only PART] [--budgets LIST] [--json FILE]\n                      [--readme FILE]",
    "pnpm results --check [--study NAME]",
  ],
  lists: [
    {
      title: "Studies, with their minutes on two cores with native TensorFlow:",
      rows: studies.map(
        ({ name, title, cost }) =>
          `  ${name.padEnd(column)}  ${String(cost.minutes).padStart(4)}  ${title}`,
      ),
    },
  ],
  flags: {
    study: { type: "choice", choices: names, about: "one study alone; all of them without it" },
    seeds: { type: "integer", value: "N", min: 1, about: "runs of each model; the study's own" },
    precision: {
      type: "choice",
      choices: ["float32", "mixed"],
      about:
        "of trainings; mixed, on native TensorFlow with a processor that has bfloat16 units, takes about two thirds of the time",
    },
    quick: {
      type: "boolean",
      about: "the same way with two iterations of everything; its figures prove nothing",
    },
    check: {
      type: "boolean",
      about: "make figures of the pages again from the weights in results/weights, and compare",
    },
    table: {
      type: "string",
      value: "HEADING",
      about: "only tables of the page whose heading contains it; the others stay as they are",
    },
    only: {
      type: "string",
      value: "PART",
      about: "only parts of the study whose name contains it",
    },
    budgets: {
      type: "string",
      value: "LIST",
      about:
        "network evaluations of a student's training, separated by commas, in place of the study's own; one that is trained on counts as three",
    },
    ...tableFlags("NAME"),
  },
  notes: [
    `Data, runs and evaluations are kept in ${out}, each in a folder that is named after its configuration: what is there is not made again, and after an interruption the same command goes on.`,
    "The page of a whole study goes to results/; that of a part, of other seeds or budgets, and of a quick run goes to runs/results/pages.",
  ],
} as const satisfies CommandSpec;

function readBudgets(text: string | undefined): readonly number[] | undefined {
  if (text === undefined) return undefined;
  const budgets = text.split(",").map(Number);
  if (budgets.every((budget) => Number.isSafeInteger(budget) && budget >= 1000)) return budgets;
  throw new ArgumentError({
    problem: `--budgets is "${text}"`,
    expected: "whole numbers of at least 1000, separated by commas",
    remedy: "write --budgets 55000, for example",
  });
}

/** Prints how figures of pages come out again, and fails where one does not. */
async function checkPages(names: readonly string[], signal: AbortSignal): Promise<void> {
  const scratch = await mkdtemp(join(tmpdir(), "eddyflow-results-"));
  try {
    for (const name of names) {
      const figures = await checkWeights(name, {
        ...{ root, pages: join(root, "results"), scratch, signal },
      });
      const wrong = figures.filter(({ agrees }) => !agrees);
      for (const { table, method, column, printed, found } of wrong) {
        console.error(
          `${name}, ${table}, ${method}, ${column}: printed ${printed}, found ${found}`,
        );
      }
      if (wrong.length > 0) process.exitCode = 1;
      console.log(
        figures.length === 0
          ? `${name}: no figures to make again from weights`
          : `${name}: ${figures.length - wrong.length} of ${figures.length} figures come out again`,
      );
    }
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

await runCommand("results", async ({ argv, signal }) => {
  const flags = onlyFlags(argv, spec, useOnly);
  if (flags === null) return;
  const { study: name, seeds, only, precision = "float32", quick = false } = flags;
  const budgets = readBudgets(flags.budgets);
  const alone = ["table", "only", "budgets", "json", "readme"].find((flag) =>
    Object.hasOwn(flags, flag),
  );
  if (name === undefined && alone !== undefined) {
    throw new ArgumentError({
      problem: `--${alone} is for one study`,
      expected: names.join(", "),
      remedy: `write --study ${names[0]} --${alone} …`,
    });
  }
  const chosen = studies.filter((study) => name === undefined || study.name === name);
  if (flags.check === true) {
    await checkPages(
      chosen.map((study) => study.name),
      signal,
    );
    return;
  }
  for (const study of chosen) {
    const isWhole =
      !quick &&
      only === undefined &&
      budgets === undefined &&
      (seeds ?? study.seeds) === study.seeds;
    const pages = join(root, isWhole ? "results" : join(out, "pages"));
    const place = { region: study.name, flags };
    await makeFolder(pages);
    await prepareTable(place);
    const { text, tables, worked, page } = await runStudy(study, {
      ...{ place: { root, out, precision }, extent: extentOf(quick), signal, pages, only, budgets },
      table: flags.table,
      keepsWeights: isWhole,
      // A quick run starts apps more than it computes, so that two share the cores well.
      together: quick ? 2 : 1,
      seeds: quick ? 1 : (seeds ?? study.seeds),
      command: isWhole
        ? `pnpm results --study ${study.name}${precision === "mixed" ? " --precision mixed" : ""}`
        : ["pnpm results", ...argv].join(" "),
    });
    await writeTable(text, tables.flat(), place);
    console.log(
      `\n${worked === 0 ? `${study.name} was done already: nothing had to be made again.\n` : ""}page: ${relative(process.cwd(), page)}`,
    );
  }
});
