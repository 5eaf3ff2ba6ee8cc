import { closeSync, fstatSync, fsyncSync, mkdirSync, openSync, readFileSync } from "node:fs";
import { dirname } from "node:path";
import type { Logger } from "./logger.ts";
import { replaceFile } from "./replace-file.ts";
import { storing, writeAll } from "./write-all.ts";

export interface JsonLinesLoggerOptions {
  /** The step of the checkpoint that training goes on from: later lines are dropped. */
  readonly from?: number;
  /** Values of step `from` that were found after its line was written; they are put into it. */
  readonly missing?: Readonly<Record<string, number>>;
  /** Is told how many lines were dropped because they cannot be read, if any were. */
  readonly onUnreadable?: (lines: number) => void;
}

/**
 * Appends one line `{"step":1,"loss":0.5}` per logged step; a number that is not finite becomes null.
 * Lines of later steps than `from`, lines that cannot be read and those that a later line of the same step repeats are
 * dropped first; the others stay as they are.
 *
 * @throws StorageError, also when values are logged, where the disk is full or read-only.
 */
export function jsonLinesLogger(
  path: string,
  { from = 0, missing, onUnreadable = () => {} }: JsonLinesLoggerOptions = {},
): Logger {
  const file = storing(path, () => {
    mkdirSync(dirname(path), { recursive: true });
    const opened = openSync(path, "a+");
    const before = readFileSync(opened);
    const { lines, unreadable } = linesUpTo(before, from);
    if (unreadable > 0) onUnreadable(unreadable);
    if (missing !== undefined) {
      const line = lines.get(from) ?? "{}";
      lines.set(from, JSON.stringify({ step: from, ...JSON.parse(line), ...missing }));
    }
    const kept = Buffer.from([...lines.values()].map((line) => `${line}\n`).join(""));
    // A log that a backup shares by a hard link is copied, and the backup stays as it is.
    if (before.equals(kept) && fstatSync(opened).nlink === 1) return opened;
    closeSync(opened);
    replaceFile(path, kept);
    return openSync(path, "a");
  });
  return {
    log(step, values) {
      const line = new TextEncoder().encode(`${JSON.stringify({ step, ...values })}\n`);
      storing(path, () => writeAll(file, line));
    },
    flush() {
      storing(path, () => fsyncSync(file));
    },
    async close() {
      closeSync(file);
    },
  };
}

/** The lines of steps up to `from` by their steps, and how many cannot be read: a last one that an interruption tore is not among them. */
function linesUpTo(
  bytes: Buffer,
  from: number,
): { readonly lines: Map<number, string>; readonly unreadable: number } {
  const lines = new Map<number, string>();
  let unreadable = 0;
  const all = bytes.toString("utf8").split("\n");
  for (const [i, line] of all.entries()) {
    const step = stepOf(line);
    if (step === null) unreadable += Number(i < all.length - 1);
    else if (step <= from) {
      lines.delete(step);
      lines.set(step, line);
    }
  }
  return { lines, unreadable };
}

function stepOf(line: string): number | null {
  try {
    const { step } = JSON.parse(line) as { readonly step?: unknown };
    return typeof step === "number" ? step : null;
  } catch {
    return null;
  }
}
