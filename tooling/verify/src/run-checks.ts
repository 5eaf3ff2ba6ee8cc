import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { type Check, type Ensemble, failedCheck, type Outcome, runCheck } from "./check.ts";
import { type Selection, selectChecks } from "./checks.ts";
import type { Answer, Question } from "./worker.ts";

interface RunChecksOptions extends Selection {
  readonly threads: number;
  readonly signal: AbortSignal;
  /** Called after each piece of work with how much of it, in about seconds of one thread, is done. */
  readonly onProgress: (done: number, name: string) => void;
}

/** What one thread does without a stop. */
interface Job {
  readonly questions: readonly Question[];
  readonly seconds: number;
}

/** Seconds of one thread that the checks take, about. */
export const workOf = (checks: readonly Check[]): number =>
  jobsOf(checks).reduce((sum, { seconds }) => sum + seconds, 0);

/** The work of the checks, the longest first: a run of an ensemble, a check, or those of one group together. */
export function jobsOf(checks: readonly Check[]): readonly Job[] {
  const groups = new Map<string | number, { questions: Question[]; seconds: number }>();
  const jobs: Job[] = [];
  const known = new Set<Ensemble>();
  checks.forEach(({ ensemble, group, seconds = 1 }, check) => {
    if (ensemble === undefined) {
      const together = groups.get(group ?? check) ?? { questions: [], seconds: 0 };
      groups.set(group ?? check, together);
      together.questions.push({ check, run: null });
      together.seconds += seconds;
    } else if (!known.has(ensemble)) {
      known.add(ensemble);
      for (let run = 0; run < ensemble.runs; run++) {
        jobs.push({ questions: [{ check, run }], seconds: ensemble.seconds(run) });
      }
    }
  });
  return [...jobs, ...groups.values()].toSorted((a, b) => b.seconds - a.seconds);
}

/**
 * Runs the checks in threads and returns their outcomes in the order of the table. The seconds of a check with
 * an ensemble are those of all its runs, which it may share.
 *
 * @throws the signal's reason where it is aborted, and what ends a thread.
 */
export async function runChecks({
  long,
  only,
  threads,
  signal,
  onProgress,
}: RunChecksOptions): Promise<readonly Outcome[]> {
  const selection: Selection = { long, only };
  const checks = selectChecks(selection);
  const waiting = [...jobsOf(checks)];
  const outcomes: Outcome[] = [];
  const ensembles = new Map<Ensemble, Answer[]>();
  let done = 0;

  const work = async () => {
    const worker = new Worker(new URL("./worker.ts", import.meta.url), { workerData: selection });
    try {
      for (let job = waiting.shift(); job !== undefined; job = waiting.shift()) {
        for (const question of job.questions) {
          worker.postMessage(question);
          const [answer] = (await once(worker, "message", { signal })) as [Answer];
          const check = checks[question.check] as Check;
          if (answer.outcome !== null) outcomes[question.check] = answer.outcome;
          if (check.ensemble !== undefined && question.run !== null) {
            const answers = ensembles.get(check.ensemble) ?? [];
            ensembles.set(check.ensemble, answers);
            answers[question.run] = answer;
          }
          done += job.seconds / job.questions.length;
          onProgress(done, check.ensemble?.name ?? check.name);
        }
      }
    } finally {
      await worker.terminate();
    }
  };
  await Promise.all(Array.from({ length: Math.min(threads, waiting.length) }, work));

  return checks.map((check, index) => {
    const answers = check.ensemble && ensembles.get(check.ensemble);
    if (answers === undefined) return outcomes[index] as Outcome;
    const seconds = answers.reduce((sum, answer) => sum + answer.seconds, 0);
    const failed = answers.find(({ error }) => error !== null);
    if (failed !== undefined) return failedCheck(check, failed.error, seconds);
    return {
      ...runCheck(
        check,
        answers.map(({ figures }) => figures ?? []),
      ),
      seconds,
    };
  });
}
