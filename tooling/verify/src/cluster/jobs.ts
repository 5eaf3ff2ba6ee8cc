import { setTimeout as sleep } from "node:timers/promises";
import type { OneMachineSlurm } from "./one-machine-slurm.ts";

/** A job, or one task of an array, as Slurm sees it. */
export interface Job {
  /** As commands want it, `12` or `12_3`: the number alone of a task may be that of its whole array. */
  readonly id: string;
  readonly state: string;
  /** How often it was put back into the queue. */
  readonly restarts: number;
}

/** What Slurm says of a job and, of an array, of its tasks. */
export async function jobsOf({ command }: OneMachineSlurm, id: string): Promise<readonly Job[]> {
  const text = await command("scontrol", "--oneliner", "show", "job", id);
  const word = (line: string, name: string) =>
    new RegExp(`(?:^| )${name}=(\\S*)`, "u").exec(line)?.[1] ?? null;
  return text.split("\n").map((line) => ({
    id: [word(line, "ArrayJobId") ?? word(line, "JobId"), word(line, "ArrayTaskId")]
      .filter((part) => part !== null)
      .join("_"),
    state: word(line, "JobState") ?? "",
    restarts: Number(word(line, "Restarts")),
  }));
}

const ended = new Set([
  "COMPLETED",
  "FAILED",
  "CANCELLED",
  "TIMEOUT",
  "NODE_FAIL",
  "OUT_OF_MEMORY",
]);

/** Between two looks. */
const lookMilliseconds = 300;

/** Waits until something is so. @throws an Error that says what was waited for, or the signal's reason. */
export async function until(
  what: string,
  isSo: () => Promise<boolean>,
  { seconds, signal }: { readonly seconds: number; readonly signal: AbortSignal },
): Promise<void> {
  for (const begun = performance.now(); !(await isSo()); await sleep(lookMilliseconds)) {
    signal.throwIfAborted();
    if (performance.now() - begun > 1000 * seconds) {
      throw new Error(`${what}: not within ${seconds} s`);
    }
  }
}

/**
 * Lets a job that waits in the queue again go on soon, not after two minutes. Within the second in which it was put back
 * Slurm would refuse to start it.
 */
export const goOnSoon = ({ command }: OneMachineSlurm, id: string): Promise<string> =>
  command("scontrol", "update", `JobId=${id}`, "StartTime=now+3");

/** Waits until a job has ended, with all tasks. */
export async function untilEnded(
  slurm: OneMachineSlurm,
  id: string,
  limits: { readonly seconds: number; readonly signal: AbortSignal },
): Promise<readonly Job[]> {
  let jobs: readonly Job[] = [];
  const told = new Set<string>();
  const hasEnded = async () => {
    jobs = await jobsOf(slurm, id);
    for (const { id, state, restarts } of jobs) {
      const again = `${id} ${restarts}`;
      if (state !== "PENDING" || restarts === 0 || told.has(again)) continue;
      told.add(again);
      await goOnSoon(slurm, id);
    }
    return jobs.every(({ state }) => ended.has(state));
  };
  await until(`the end of job ${id}`, hasEnded, limits);
  return jobs;
}
