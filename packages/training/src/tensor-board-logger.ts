import { closeSync, mkdirSync, openSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { type EventContent, eventRecord } from "./event-record.ts";
import type { Logger } from "./logger.ts";
import { storing, writeAll } from "./write-all.ts";

export interface TensorBoardLoggerOptions {
  /** The step of the checkpoint that training goes on from: TensorBoard drops what was logged after it. */
  readonly from?: number;
  /** The time in milliseconds since 1970. */
  readonly clock?: () => number;
}

/**
 * Writes scalars for TensorBoard into a new file `events.out.tfevents…` of a folder.
 *
 * @throws StorageError, also when values are logged, where the disk is full or read-only.
 */
export function tensorBoardLogger(
  folder: string,
  { from = 0, clock = Date.now }: TensorBoardLoggerOptions = {},
): Logger {
  const file = storing(folder, () => {
    mkdirSync(folder, { recursive: true });
    return openNew(folder, Math.floor(clock() / 1000));
  });
  const write = (content: EventContent, step: number) =>
    storing(folder, () => writeAll(file, eventRecord(content, { wallTime: clock() / 1000, step })));
  write({ fileVersion: "brain.Event:2" }, 0);
  if (from > 0) write({ isRestart: true }, from + 1);
  return {
    log: (step, scalars) => write({ scalars }, step),
    async close() {
      closeSync(file);
    },
  };
}

/** TensorBoard reads the files of a folder in the order of their names. */
function openNew(folder: string, seconds: number): number {
  for (let n = 0; ; n++) {
    const name = `events.out.tfevents.${String(seconds).padStart(10, "0")}.${hostname()}.${n}`;
    try {
      return openSync(join(folder, name), "wx");
    } catch (error) {
      if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
    }
  }
}
