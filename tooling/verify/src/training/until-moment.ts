import { type FSWatcher, watch } from "node:fs";
import { mkdir } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import type { Key } from "@eddyflow/core";
import { foldIn, uniform } from "@eddyflow/random";
import type { Started } from "./start-process.ts";

/** A change of the files is followed by others within so many milliseconds. */
const burstMilliseconds = 4;

/** When to kill: after a time, or so many changes of the files and a moment more. */
export interface Moment {
  readonly milliseconds: number;
  readonly changes: number;
}

export interface MomentsOptions {
  /** Of the moments, those that are drawn from the time. */
  readonly byTime: number;
  /** That a whole run takes. */
  readonly milliseconds: number;
  /** Of files in a whole run. */
  readonly changes: number;
}

/**
 * The moment of an attempt. Attempts that follow each other lie far apart: they are an additive recurrence (Roberts'
 * R₂) from a random start, so that a few of them already meet a run early and late.
 */
export function momentOf(
  { byTime, milliseconds, changes }: MomentsOptions,
  start: Key,
  attempt: number,
): Moment {
  const [when = 0, which = 0] = uniform(start, 2).map(
    (from, i) => (from + attempt * (plastic[i] as number)) % 1,
  );
  if (which < byTime) return { milliseconds: when * milliseconds, changes: 0 };
  const [moment = 0] = uniform(foldIn(start, attempt), 1);
  return {
    milliseconds: moment * burstMilliseconds,
    // Early ones more often: a run that goes on makes fewer of them.
    changes: 1 + Math.floor(when ** 2 * changes),
  };
}

/** 1/φ and 1/φ² of the plastic number φ, the root of φ³ = φ + 1. */
const plastic = [0.7548776662466927, 0.5698402909980532];

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
