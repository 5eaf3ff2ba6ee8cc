import { closeSync, ftruncateSync, mkdirSync, openSync, readFileSync } from "node:fs";
import { dirname } from "node:path";
import type { Logger } from "./logger.ts";
import { storing, writeAll } from "./write-all.ts";

export interface JsonLinesLoggerOptions {
  /** The step of the checkpoint that training goes on from: later lines are cut off. */
  readonly from?: number;
}

/**
 * Appends one line `{"step":1,"loss":0.5}` per logged step; a number that is not finite becomes null.
 * Lines of later steps than `from`, and a last line that an interruption tore, are cut off first.
 *
 * @throws StorageError, also when values are logged, where the disk is full or read-only.
 */
export function jsonLinesLogger(path: string, { from = 0 }: JsonLinesLoggerOptions = {}): Logger {
  const file = storing(path, () => {
    mkdirSync(dirname(path), { recursive: true });
    const opened = openSync(path, "a+");
    ftruncateSync(opened, lengthUpTo(readFileSync(opened), from));
    return opened;
  });
  return {
    log(step, values) {
      const line = new TextEncoder().encode(`${JSON.stringify({ step, ...values })}\n`);
      storing(path, () => writeAll(file, line));
    },
    async close() {
      closeSync(file);
    },
  };
}

/** The number of bytes of the leading lines that are whole and of steps up to `from`. */
function lengthUpTo(bytes: Uint8Array, from: number): number {
  const newline = "\n".charCodeAt(0);
  let end = 0;
  for (let next = bytes.indexOf(newline); next >= 0; next = bytes.indexOf(newline, end)) {
    const step = stepOf(new TextDecoder().decode(bytes.subarray(end, next)));
    if (step === null || step > from) break;
    end = next + 1;
  }
  return end;
}

function stepOf(line: string): number | null {
  try {
    const { step } = JSON.parse(line) as { readonly step?: unknown };
    return typeof step === "number" ? step : null;
  } catch {
    return null;
  }
}
