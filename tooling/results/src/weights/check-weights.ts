import { existsSync } from "node:fs";
import { mkdtemp, readFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { ArgumentError } from "@eddyflow/core";
import type { Summary } from "evaluator/summary";
import { measuredRows } from "../measured-rows.ts";
import { type Figure, notMeasured } from "../rows.ts";
import type { Label } from "../study.ts";
import { decimals } from "../text.ts";
import { contentKey } from "../work/content-key.ts";
import { runQuietly } from "../work/run-quietly.ts";
import { readPage, type TableRow } from "../written-page.ts";
import { manifestHash } from "./keep-weights.ts";
import { checkedColumns, type KeptTable } from "./kept.ts";

/** A figure of a page, and what the weights beside it give. */
export interface CheckedFigure {
  readonly table: string;
  readonly method: string;
  readonly column: string;
  /** With as many digits as the page prints. */
  readonly printed: string;
  readonly found: string;
  /** Whether value and interval are the same to half a unit of the last printed digit. */
  readonly agrees: boolean;
}

export interface CheckOptions {
  readonly root: string;
  /** Folder of the pages. */
  readonly pages: string;
  /** Folder for simulations and scores, which the caller removes; data that are there are not made again. */
  readonly scratch: string;
  /** Holds weights against their page alone, and makes no figures. */
  readonly weightsOnly?: boolean;
  readonly signal: AbortSignal;
}

async function run(
  app: "simulator" | "evaluator",
  args: readonly string[],
  options: CheckOptions,
): Promise<void> {
  const { code, text } = await runQuietly({ app, args }, options);
  if (code === 0) return;
  throw new ArgumentError({
    problem: `the ${app} could not be run again: ${text.trim().split("\n").at(-1)}`,
    expected: "data and scores like those of the page",
    remedy: "run the study again, pnpm results --study NAME",
  });
}

/** Refuses weights that are not those that a page was made with. */
async function requireOwn({ models }: KeptTable, { root, pages }: CheckOptions): Promise<void> {
  for (const { folder, sha256 } of models.flatMap(({ weights }) => weights)) {
    const found = await manifestHash(join(pages, folder)).catch(() => null);
    if (found === sha256) continue;
    throw new ArgumentError({
      problem: `${relative(root, join(pages, folder))} ${found === null ? "is not there" : "holds the weights of another training"}`,
      expected: `a manifest.json with SHA-256 ${sha256.slice(0, 12)}…, as the page beside it was made with`,
      remedy: "take the folder from the repository again, or run the study again",
    });
  }
}

/** Value and interval, in the same order. */
const numbersOf = ({ value, interval }: Figure) => [value, interval?.low, interval?.high];

function agree(a: Figure, b: Figure, digits: number): boolean {
  const others = numbersOf(b);
  return numbersOf(a).every((own, i) => {
    const other = others[i];
    if (typeof own !== "number" || typeof other !== "number") return own === other;
    return Math.abs(own - other) < 0.5 * 10 ** -digits;
  });
}

/** Scores the models of a table by the weights that stand beside its page, as the table's own evaluation did. */
async function checkTable(
  kept: KeptTable,
  written: readonly TableRow[],
  options: CheckOptions,
): Promise<readonly CheckedFigure[]> {
  await requireOwn(kept, options);
  const columns = checkedColumns(kept);
  // What needs an ensemble of the solver's own takes too long to be drawn anew.
  if (columns.length === 0 || options.weightsOnly === true) return [];
  const data = join(options.scratch, `data-${contentKey(kept.simulator)}`);
  const out = await mkdtemp(join(options.scratch, "scores-"));
  if (!existsSync(data)) {
    await run("simulator", [...kept.simulator, "--split", "test", "--out", data], options);
  }
  const models = kept.models.map(
    ({ name, sampler, weights }) =>
      `${name}=${weights.map((each) => `"${join(options.pages, each.folder)}"`).join("|")}${sampler === null ? "" : `@${sampler}`}`,
  );
  const own = ["--models", models.join(","), "--mode", "one-step", "--data", data, "--out", out];
  await run("evaluator", [...kept.evaluator, ...own], options);
  const summary = JSON.parse(await readFile(join(out, "summary.json"), "utf8")) as Summary;
  const labels: Record<string, Label> = Object.fromEntries(
    kept.models.map(({ name, label }) => [name, label]),
  );
  return measuredRows(summary, labels).flatMap((found) => {
    const like = written.find(
      ({ table, method, budget, sampler }) =>
        table === kept.table &&
        method === found.method &&
        budget === found.budget &&
        sampler === found.sampler,
    );
    return columns.map(({ name, digits }) => {
      const [before, after] = [like, found].map(
        (row): Figure => row?.figures[name] ?? notMeasured,
      ) as [Figure, Figure];
      return {
        ...{ table: kept.table, method: found.method, column: name },
        printed: decimals(digits)(before.value),
        found: decimals(digits)(after.value),
        agrees: before.value !== null && agree(before, after, digits),
      };
    });
  });
}

/**
 * Makes figures of a study's tables again, from the weights that stand beside its page and from data simulated anew: those after
 * one step. Of a table that has none the weights alone are held against its page.
 *
 * @returns none where the study has no page, or its page no weights.
 * @throws ArgumentError where weights are missing or are those of another training, or an app fails.
 */
export async function checkWeights(
  study: string,
  options: CheckOptions,
): Promise<readonly CheckedFigure[]> {
  const { rows, kept = [] } = await readPage(options.pages, study);
  const checked: CheckedFigure[] = [];
  for (const table of kept) checked.push(...(await checkTable(table, rows, options)));
  return checked;
}
