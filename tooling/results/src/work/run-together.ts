import { runQuietly } from "./run-quietly.ts";
import type { Work } from "./work.ts";

export interface RunTogetherOptions {
  readonly root: string;
  /** Ends the works that are begun, and begins no other. */
  readonly signal: AbortSignal;
  /** How many at a time. */
  readonly together: number;
  readonly argsOf: (work: Work) => readonly string[];
  readonly onDone: (work: Work, seconds: number) => Promise<void>;
}

/** The first work that did not succeed. */
export interface FailedWork {
  readonly work: Work;
  readonly code: number;
  /** All that it wrote. */
  readonly text: string;
}

/**
 * Runs works, some at a time, each once all that it needs is over, and returns the first that failed, if one did. No other
 * is begun then, and those that are begun come to their end. What a work writes is not shown: several would mix.
 *
 * @param works - each after what it needs. What they need and is not among them is there.
 */
export async function runTogether(
  works: readonly Work[],
  { root, signal, together, argsOf, onDone }: RunTogetherOptions,
): Promise<FailedWork | null> {
  const waiting = new Map(works.map((work) => [work.folder, work]));
  const running = new Map<string, Promise<void>>();
  let failed: FailedWork | null = null;
  const run = async (work: Work): Promise<void> => {
    const start = performance.now();
    const step = { app: work.app, args: argsOf(work) };
    const { code, text } = await runQuietly(step, { root, signal });
    if (code === 0) await onDone(work, (performance.now() - start) / 1000);
    else failed ??= { work, code, text };
  };
  while (failed === null && !signal.aborted && waiting.size + running.size > 0) {
    const isOver = ({ folder }: Work) => !waiting.has(folder) && !running.has(folder);
    const ready = [...waiting.values()].filter(({ needs }) => needs.every(isOver));
    for (const work of ready.slice(0, together - running.size)) {
      waiting.delete(work.folder);
      running.set(
        work.folder,
        run(work).finally(() => running.delete(work.folder)),
      );
    }
    await Promise.race(running.values());
  }
  await Promise.all(running.values());
  return failed;
}
