// A thread that answers the number of a check with its outcome, or that of a run with its figures.
import { parentPort, workerData } from "node:worker_threads";
import { type Outcome, runCheck } from "./check.ts";
import { type Selection, selectChecks } from "./checks.ts";

/** Which check to run, or which run of its ensemble. */
export interface Question {
  readonly check: number;
  readonly run: number | null;
}

/** An outcome of a check; figures of a run, or what it threw. */
export interface Answer {
  readonly outcome: Outcome | null;
  readonly figures: readonly number[] | null;
  readonly error: string | null;
  readonly seconds: number;
}

const checks = selectChecks(workerData as Selection);

function answer({ check: index, run }: Question): Answer {
  const check = checks[index];
  if (check === undefined) throw new RangeError(`there is no check ${index}`);
  if (run === null || check.ensemble === undefined) {
    const outcome = runCheck(check);
    return { outcome, figures: null, error: null, seconds: outcome.seconds };
  }
  const start = performance.now();
  const seconds = () => (performance.now() - start) / 1000;
  try {
    const figures = check.ensemble.run(run);
    return { outcome: null, figures, error: null, seconds: seconds() };
  } catch (thrown) {
    const error = thrown instanceof Error ? thrown.message : String(thrown);
    return { outcome: null, figures: null, error, seconds: seconds() };
  }
}

parentPort?.on("message", (question: Question) => parentPort?.postMessage(answer(question)));
