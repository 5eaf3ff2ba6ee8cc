import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { readEvents } from "./read-events.ts";

/** What a run has come to, as far as it does not depend on the clock. */
export interface RunFacts {
  /** The steps of the checkpoints that are kept. */
  readonly checkpoints: readonly number[];
  /** SHA-256 of each file of weights and of the optimizer in the newest checkpoint, by its name. */
  readonly weights: Readonly<Record<string, string>>;
  /** The lines of the log, without the seconds that parts took. */
  readonly rows: readonly string[];
  /** What TensorBoard is given, "step tag value", sorted; seconds without their value. */
  readonly events: readonly string[];
}

/** The steps of a run's checkpoints that are complete. */
export async function checkpointsOf(run: string): Promise<readonly number[]> {
  const names = await readdir(join(run, "checkpoints")).catch((): string[] => []);
  return names
    .filter((name) => /^\d+$/u.test(name))
    .map(Number)
    .sort((a, b) => a - b);
}

/** The lines of a run's log. */
export async function linesOf(run: string): Promise<readonly string[]> {
  const text = await readFile(join(run, "metrics.jsonl"), "utf8").catch(() => "");
  return text.split("\n").filter((line) => line !== "");
}

const isOfTheClock = (name: string): boolean => name.startsWith("seconds/");

/** Reads a run that has ended. */
export async function readRun(run: string): Promise<RunFacts> {
  const checkpoints = await checkpointsOf(run);
  const newest = join(run, "checkpoints", String(checkpoints.at(-1)));
  const files = (await readdir(newest)).filter((name) => name.endsWith(".safetensors")).sort();
  const hashes = await Promise.all(
    files.map(async (file) => {
      const bytes = await readFile(join(newest, file));
      return [file, createHash("sha256").update(bytes).digest("hex")] as const;
    }),
  );
  const rows = (await linesOf(run)).map((line) => {
    const entries = Object.entries(JSON.parse(line)).filter(([name]) => !isOfTheClock(name));
    return JSON.stringify(Object.fromEntries(entries));
  });
  const names = (await readdir(run)).filter((name) => name.startsWith("events.out.tfevents."));
  const contents = await Promise.all(names.map((name) => readFile(join(run, name))));
  const events = contents
    .flatMap(readEvents)
    .map(({ step, tag, value }) => `${step} ${tag} ${isOfTheClock(tag) ? "" : value}`.trimEnd())
    .sort();
  return { checkpoints, weights: Object.fromEntries(hashes), rows, events };
}

/** In what a run differs from the uninterrupted one, in words; none where it does not. */
export function differences(run: RunFacts, whole: RunFacts): readonly string[] {
  const wrong: string[] = [];
  // One more is left where the kill came between the last checkpoint and the removal of an old one.
  const lacking = whole.checkpoints.filter((step) => !run.checkpoints.includes(step));
  if (lacking.length > 0 || run.checkpoints.at(-1) !== whole.checkpoints.at(-1)) {
    wrong.push(`the checkpoints are ${run.checkpoints}, not ${whole.checkpoints}`);
  }
  for (const file of new Set([...Object.keys(run.weights), ...Object.keys(whole.weights)])) {
    if (run.weights[file] !== whole.weights[file]) wrong.push(`${file} has other bytes`);
  }
  for (const what of ["rows", "events"] as const) {
    const missing = without(whole[what], run[what]);
    const surplus = without(run[what], whole[what]);
    const some = (lines: readonly string[]) => `${lines.length} ${what}, such as ${lines[0]}`;
    if (missing.length > 0) wrong.push(`lacks ${some(missing)}`);
    if (surplus.length > 0) wrong.push(`has besides ${some(surplus)}`);
  }
  if (wrong.length === 0 && String(run.rows) !== String(whole.rows)) {
    wrong.push("the rows are in another order");
  }
  return wrong;
}

/** The lines that are left of one list when those of another are taken from it, each as often as it is there. */
function without(lines: readonly string[], others: readonly string[]): readonly string[] {
  const counts = new Map<string, number>();
  for (const line of others) counts.set(line, (counts.get(line) ?? 0) + 1);
  return lines.filter((line) => {
    const count = counts.get(line) ?? 0;
    counts.set(line, count - 1);
    return count <= 0;
  });
}
