import { closeSync, fsyncSync, mkdirSync, openSync, readdirSync, readFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { cutEvents } from "./cut-events.ts";
import { type EventContent, eventRecord } from "./event-record.ts";
import type { Logger } from "./logger.ts";
import { replaceFile } from "./replace-file.ts";
import { storing, writeAll } from "./write-all.ts";

export interface TensorBoardLoggerOptions {
  /** The step of the checkpoint that training goes on from: what was logged after it is dropped from the folder's files. */
  readonly from?: number;
  /** Values of step `from` that were found after the others of it were written; they are written now. */
  readonly missing?: Readonly<Record<string, number>>;
  /** The time in milliseconds since 1970. */
  readonly clock?: () => number;
}

/**
 * Writes scalars for TensorBoard into a new file `events.out.tfevents…` of a folder. From the files that are there it
 * drops the steps after `from` and what cannot be read, so that no reader finds a step twice; a TensorBoard that has
 * already read them is told by the new file to drop them too.
 *
 * @throws StorageError, also when values are logged, where the disk is full or read-only.
 */
export function tensorBoardLogger(
  folder: string,
  { from = 0, missing, clock = Date.now }: TensorBoardLoggerOptions = {},
): Logger {
  const file = storing(folder, () => {
    mkdirSync(folder, { recursive: true });
    cutBack(folder, from, missing === undefined ? null : { scalars: missing });
    return openNew(folder, Math.floor(clock() / 1000));
  });
  const write = (content: EventContent, step: number) =>
    storing(folder, () => writeAll(file, eventRecord(content, { wallTime: clock() / 1000, step })));
  write({ fileVersion: "brain.Event:2" }, 0);
  if (from > 0) write({ isRestart: true }, from + 1);
  if (missing !== undefined) write({ scalars: missing }, from);
  return {
    log: (step, scalars) => write({ scalars }, step),
    flush() {
      storing(folder, () => fsyncSync(file));
    },
    async close() {
      closeSync(file);
    },
  };
}

const prefix = "events.out.tfevents.";

function cutBack(folder: string, from: number, again: EventContent | null): void {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (!entry.isFile() || !entry.name.startsWith(prefix)) continue;
    const path = join(folder, entry.name);
    const before = readFileSync(path);
    const kept = cutEvents(before, from, again);
    if (kept.length < before.length) replaceFile(path, kept);
  }
}

/** TensorBoard reads the files of a folder in the order of their names. */
function openNew(folder: string, seconds: number): number {
  for (let n = 0; ; n++) {
    const name = `${prefix}${String(seconds).padStart(10, "0")}.${hostname()}.${n}`;
    try {
      return openSync(join(folder, name), "wx");
    } catch (error) {
      if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
    }
  }
}
