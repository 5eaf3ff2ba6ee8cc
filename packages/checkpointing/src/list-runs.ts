import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { exists } from "./exists.ts";
import { isSafeName } from "./manifest.ts";
import { type ListRunsOptions, methodFolder } from "./method-folder.ts";
import { readConfig } from "./read-run.ts";

/**
 * The paths of the runs of a method below `root`, in the order in which they were begun by the `created` of their
 * configurations. Those that do not say it come first, those that are damaged last.
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
    runs.push({ path, begun: await begunAt(path) });
  }
  const byTime = (a: number, b: number) => (a === b ? 0 : a - b);
  return runs.sort((a, b) => byTime(a.begun, b.begun)).map(({ path }) => path);
}

/** Milliseconds since 1970. One that cannot be read may be the newest: who goes on with it is told so. */
async function begunAt(path: string): Promise<number> {
  const config = await readConfig(path).catch(() => null);
  if (config === null) return Number.POSITIVE_INFINITY;
  const { created } = config as { readonly created?: unknown };
  const begun = typeof created === "string" ? Date.parse(created) : Number.NaN;
  return Number.isNaN(begun) ? Number.NEGATIVE_INFINITY : begun;
}
