import { existsSync } from "node:fs";
import { availableParallelism, cpus } from "node:os";
import { join } from "node:path";
import { runSteps } from "demo";
import { readDone, writeDone } from "./done.ts";
import { inOrder, type Work } from "./work.ts";

export interface RunWorksOptions {
  /** The command, for the line that says which app failed. */
  readonly name: string;
  readonly root: string;
  readonly signal: AbortSignal;
}

/** A word as a shell takes it. */
const quoted = (word: string): string =>
  /^[\w./:=,@+-]+$/u.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;

/** A work as one would type it at the root of the checkout. */
export const commandOf = (work: Work): string =>
  ["npm run", work.app, "--", ...work.args(false).map(quoted)].join(" ");

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
  { name, root, signal }: RunWorksOptions,
): Promise<number> {
  const todo = await missing(root, works);
  const begun = todo.map((work) => existsSync(join(root, work.begun)));
  await runSteps(
    todo.map((work, i) => ({
      ...{ title: work.title, app: work.app, seconds: work.seconds },
      args: work.args(begun[i] === true),
    })),
    {
      ...{ name, root, signal },
      goOn: {
        interrupted: "The same command goes on from here.",
        failed: ", and the same command goes on from here",
      },
      async onDone(i, seconds) {
        const work = todo[i] as Work;
        await writeDone(root, work, {
          key: work.key,
          command: commandOf(work),
          // What an interrupted call had done before is not in it.
          seconds: begun[i] === true ? null : Math.round(seconds),
          processor: processor(),
        });
      },
    },
  );
  return todo.length;
}
