import { existsSync } from "node:fs";
import { availableParallelism, cpus } from "node:os";
import { join } from "node:path";
import { commandLine, progressBar } from "command-line";
import { runSteps } from "demo";
import { readDone, writeDone } from "./done.ts";
import { runTogether } from "./run-together.ts";
import { inOrder, type Work } from "./work.ts";

export interface RunWorksOptions {
  /** The command, for the line that says which app failed. */
  readonly name: string;
  readonly root: string;
  readonly signal: AbortSignal;
  /** How many at a time. What one alone writes is shown. */
  readonly together: number;
}

const goOn = {
  interrupted: "The same command goes on from here.",
  failed: ", and the same command goes on from here",
};

/** A work as one would type it at the root of the checkout. */
export const commandOf = (work: Work): string => commandLine(work.app, work.args(false));

const processor = () => `${cpus()[0]?.model ?? "unknown"}, ${availableParallelism()} threads`;

/** The works, and what they need, that are not over yet. */
export async function missing(root: string, works: readonly Work[]): Promise<readonly Work[]> {
  const all = inOrder(works);
  const done = await Promise.all(all.map((work) => readDone(root, work)));
  return all.filter((_, i) => done[i] === null);
}

/** Does what is missing of works and of what they need, and returns how many that were. */
export async function runWorks(
  works: readonly Work[],
  { name, root, signal, together }: RunWorksOptions,
): Promise<number> {
  const todo = await missing(root, works);
  const begun = new Set(todo.filter((work) => existsSync(join(root, work.begun))));
  const argsOf = (work: Work) => work.args(begun.has(work));
  const onDone = (work: Work, seconds: number) =>
    writeDone(root, work, {
      key: work.key,
      command: commandOf(work),
      // What an interrupted call had done before is not in it, nor is it this work's alone where others ran beside it.
      seconds: begun.has(work) || together > 1 ? null : Math.round(seconds),
      processor: processor(),
    });
  if (together === 1) {
    await runSteps(
      todo.map((work) => ({ ...work, args: argsOf(work) })),
      { name, root, signal, goOn, onDone: (i, seconds) => onDone(todo[i] as Work, seconds) },
    );
    return todo.length;
  }
  const bar = progressBar(name, todo.length, { unit: "works" });
  let over = 0;
  const failed = await runTogether(todo, {
    ...{ root, signal, together, argsOf },
    async onDone(work, seconds) {
      await onDone(work, seconds);
      bar.update(++over, work.title);
    },
  });
  bar.finish();
  if (signal.aborted) {
    console.log(`\nInterrupted; what is done is kept. ${goOn.interrupted}`);
    process.exit(130);
  }
  if (failed !== null) {
    console.error(failed.text);
    console.error(`${name}: "${failed.work.title}" failed; what is done is kept${goOn.failed}`);
    process.exit(failed.code);
  }
  return todo.length;
}
