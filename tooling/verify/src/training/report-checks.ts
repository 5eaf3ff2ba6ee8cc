import { rm, writeFile } from "node:fs/promises";
import type { TrainingCheck } from "./training-check.ts";

/** Prints a check: whether it is right, its figures, and what is wrong on lines of their own. */
export function sayCheck({ name, ok, figures, wrong }: TrainingCheck): void {
  if (process.stderr.isTTY) process.stderr.write("\r\u001b[2K");
  process.stdout.write(`${ok ? "ok   " : "WRONG"} ${name}: ${figures}\n`);
  for (const line of wrong) process.stdout.write(`        ${line}\n`);
}

export interface FinishOptions {
  /** What the checks worked in, to be removed. */
  readonly folder: string;
  /** Where the outcome goes, absolute; nowhere if not given. */
  readonly json: string | undefined;
  /** What the outcome has beside the checks. */
  readonly more: object;
}

/** Cleans up after checks and writes their outcome, also where they were interrupted. */
export async function finishChecks(
  checks: readonly TrainingCheck[],
  { folder, json, more }: FinishOptions,
): Promise<void> {
  await rm(folder, { recursive: true, force: true });
  if (json !== undefined) {
    await writeFile(json, `${JSON.stringify({ ...more, checks }, null, 2)}\n`);
  }
}

/** Ends the process with 1 where a check failed. */
export function exitWhereFailed(name: string, checks: readonly TrainingCheck[]): void {
  const failed = checks.filter(({ ok }) => !ok).length;
  if (failed === 0) return;
  process.stderr.write(`${name}: ${failed} of ${checks.length} checks failed\n`);
  process.exit(1);
}
