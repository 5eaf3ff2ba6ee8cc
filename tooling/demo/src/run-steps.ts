import { styleText } from "node:util";
import { formatDuration } from "command-line";
import type { DemoStep } from "./plan.ts";
import { remainingSeconds } from "./remaining.ts";
import { runStep } from "./run-step.ts";

export interface RunStepsOptions {
  /** The command, for the line that says which app failed. */
  readonly name: string;
  /** Root of the checkout, which the paths of the steps are relative to. */
  readonly root: string;
  readonly signal: AbortSignal;
  /** How to go on, said after an interruption and after a failure. */
  readonly goOn: { readonly interrupted: string; readonly failed: string };
  /** Called after each step with the seconds it took. */
  readonly onDone?: (index: number, seconds: number) => Promise<void>;
}

/** Runs steps one after the other with an estimate of what is left, and ends the process where one does not succeed. */
export async function runSteps(
  steps: readonly DemoStep[],
  { name, root, signal, goOn, onDone }: RunStepsOptions,
): Promise<void> {
  const timed = steps.map(({ seconds }) => ({ expected: seconds, taken: null as number | null }));
  for (const [i, step] of steps.entries()) {
    const left = formatDuration(remainingSeconds(timed, i));
    console.log(
      `\n${styleText("bold", `[${i + 1}/${steps.length}] ${step.title}`)} (about ${left} to the end)`,
    );
    const start = performance.now();
    const laterSeconds = remainingSeconds(timed, i + 1);
    const code = await runStep(step, { root, laterSeconds, signal });
    if (signal.aborted || code === 130) {
      console.log(`\nInterrupted; what is done is kept. ${goOn.interrupted}`);
      process.exit(130);
    }
    if (code !== 0) {
      console.error(`\n${name}: the ${step.app} failed; what is done is kept${goOn.failed}`);
      process.exit(code);
    }
    const taken = (performance.now() - start) / 1000;
    (timed[i] as { taken: number }).taken = taken;
    await onDone?.(i, taken);
  }
}
