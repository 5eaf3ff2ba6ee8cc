import { once } from "node:events";
import { Worker } from "node:worker_threads";
import type { Check, Outcome } from "./check.ts";
import { type Selection, selectChecks } from "./checks.ts";

interface RunChecksOptions extends Selection {
  readonly threads: number;
  readonly signal: AbortSignal;
  /** Called after each check. */
  readonly onProgress: (done: number, total: number, name: string) => void;
}

/** The numbers of the checks, those of one group together, in the order of the table. */
export function inGroups(checks: readonly Pick<Check, "group">[]): number[][] {
  const groups = new Map<string | number, number[]>();
  checks.forEach(({ group }, index) => {
    const known = groups.get(group ?? index);
    if (known === undefined) groups.set(group ?? index, [index]);
    else known.push(index);
  });
  return [...groups.values()];
}

/**
 * Runs the checks in threads and returns their outcomes in the order of the table.
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
  const waiting = inGroups(checks);
  const outcomes: Outcome[] = [];
  let done = 0;

  const work = async () => {
    const worker = new Worker(new URL("./worker.ts", import.meta.url), { workerData: selection });
    try {
      for (let group = waiting.shift(); group !== undefined; group = waiting.shift()) {
        for (const index of group) {
          worker.postMessage(index);
          const [outcome] = (await once(worker, "message", { signal })) as [Outcome];
          outcomes[index] = outcome;
          onProgress(++done, checks.length, outcome.name);
        }
      }
    } finally {
      await worker.terminate();
    }
  };
  await Promise.all(Array.from({ length: Math.min(threads, waiting.length) }, work));
  return outcomes;
}
