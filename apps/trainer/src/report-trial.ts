import { configText, formatDuration, say } from "command-line";
import type { MeasuredRate } from "./fit-budget.ts";
import type { PreparedRun } from "./prepare-run.ts";
import { recipeOf } from "./run-config.ts";

export interface TrialReport {
  readonly run: PreparedRun;
  /** Steps done. */
  readonly done: number;
  /** Whether it learns from paths that are made before its steps, which a trial makes anew in each. */
  readonly keepsPaths: boolean;
}

/** Says what memory and time a run is going to take, from some steps that were made, and what its configuration is. */
export async function reportTrial(
  { step, validation, firstValidation }: MeasuredRate,
  { run: { config, own }, done, keepsPaths }: TrialReport,
): Promise<void> {
  const { iterations, validateEvery } = recipeOf(config.experiment, config.method);
  const left = iterations - done;
  const total = left * (step + validation / validateEvery) + firstValidation;
  const gibibytes = process.resourceUsage().maxRSS / 2 ** 20;
  const most = keepsPaths ? " at most, with paths made anew in each step" : "";
  say(`  memory   ${gibibytes.toFixed(2)} GiB, the most that this process had in some steps`);
  say(
    `  time     ${step.toPrecision(3)} s a step, ${validation.toPrecision(3)} s a validation: ${formatDuration(total)} for ${left} steps${most}`,
  );
  say("  nothing was written; its configuration is");
  say(await configText(config.experiment, own));
}
