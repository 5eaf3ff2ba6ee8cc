import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { exists } from "./exists.ts";
import { isSafeName } from "./manifest.ts";
import { type ListRunsOptions, methodFolder } from "./method-folder.ts";
import { readConfig } from "./read-run.ts";

/**
 * The paths of the runs of a method below `root`, in the order in which they were begun by the `created` of their
 * configurations; those that do not say it come first.
 */
export async function listRuns(
  root: string,
  { experiment, method }: ListRunsOptions,
): Promise<readonly string[]> {
  const folder = methodFolder(root, { experiment, method });
  const names = (await exists(folder)) ? await readdir(folder) : [];
  const runs: { readonly path: string; readonly begun: number }[] = [];
  for (const name of names.filter(isSafeName).sort()) {
    const path = join(folder, name);
    if (!(await exists(join(path, "config.json")))) continue;
    const { created } = (await readConfig(path).catch(() => ({}))) as { created?: unknown };
    const begun = typeof created === "string" ? Date.parse(created) : Number.NaN;
    runs.push({ path, begun: Number.isNaN(begun) ? Number.NEGATIVE_INFINITY : begun });
  }
  const byTime = (a: number, b: number) => (a === b ? 0 : a - b);
  return runs.sort((a, b) => byTime(a.begun, b.begun)).map(({ path }) => path);
}
