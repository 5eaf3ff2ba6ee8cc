import { createHash } from "node:crypto";
import { readFile, rm } from "node:fs/promises";
import { basename, join } from "node:path";
import { exportCheckpoint, resolveCheckpoint } from "@eddyflow/checkpointing/node";
import type { Comparison } from "../study.ts";
import type { Training } from "../work/train.ts";
import type { KeptTable } from "./kept.ts";
import { withoutFlags } from "./without-flags.ts";

/** SHA-256 of the manifest of a checkpoint. */
export const manifestHash = async (folder: string): Promise<string> =>
  createHash("sha256")
    .update(await readFile(join(folder, "manifest.json")))
    .digest("hex");

/** Copies the weights of a run beside the pages, in a folder that is named after what decides them. */
async function keep(root: string, pages: string, { run, folder: trained }: Training) {
  const folder = join("weights", basename(trained));
  const to = join(pages, folder);
  await rm(to, { recursive: true, force: true });
  await exportCheckpoint(await resolveCheckpoint(join(root, run)), to);
  return { folder, sha256: await manifestHash(to) };
}

/** Copies the weights that tables are to be held against beside their pages, and says how that is done. */
export async function keepWeights(
  root: string,
  pages: string,
  comparisons: readonly Comparison[],
): Promise<readonly KeptTable[]> {
  const tables: KeptTable[] = [];
  for (const { heading, columns, evaluation, labels, kept = [] } of comparisons) {
    const data = evaluation.needs.find(({ app }) => app === "simulator");
    if (kept.length === 0 || data === undefined) continue;
    const models = [];
    for (const { contestant, sampler } of kept) {
      const { name, runs } = contestant;
      const weights = [];
      for (const run of runs) weights.push(await keep(root, pages, run));
      const label = labels[name] ?? { method: name, budget: null };
      models.push({ name, sampler, label, weights });
    }
    tables.push({
      ...{ table: heading, columns, models },
      simulator: withoutFlags(data.args(false), ["--out"]),
      evaluator: withoutFlags(evaluation.args(false), ["--models", "--mode", "--data", "--out"]),
    });
  }
  return tables;
}
