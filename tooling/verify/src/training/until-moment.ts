import { type FSWatcher, watch } from "node:fs";
import { mkdir } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import type { Started } from "./start-process.ts";

/** A change of the files is followed by others within so many milliseconds. */
export const burstMilliseconds = 4;

/** When to kill: after a time, or so many changes of the files and a moment more. */
export interface Moment {
  readonly milliseconds: number;
  readonly changes: number;
}

/** Waits for the moment, but no longer than the process is at work. */
export async function untilMoment(
  { milliseconds, changes }: Moment,
  out: string,
  process: Started,
): Promise<unknown> {
  const ended = process.ended.then(() => undefined);
  if (changes === 0) return Promise.race([sleep(milliseconds), ended]);
  await mkdir(out, { recursive: true });
  let watcher: FSWatcher | undefined;
  const changed = new Promise<void>((resolve) => {
    let left = changes;
    watcher = watch(out, { recursive: true }, () => {
      left--;
      if (left === 0) resolve();
    });
    // A folder that vanishes while it is looked at.
    watcher.on("error", () => undefined);
  });
  await Promise.race([changed.then(() => sleep(milliseconds)), ended]);
  watcher?.close();
  return undefined;
}
