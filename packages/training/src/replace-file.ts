import { closeSync, fsyncSync, openSync, renameSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { writeAll } from "./write-all.ts";

/** Puts other bytes in the place of a file, whole or not at all. */
export function replaceFile(path: string, bytes: Uint8Array): void {
  const writing = join(dirname(path), ".log-writing");
  rmSync(writing, { force: true });
  // "wx": what lies there by now, a link for one, is not written through.
  const file = openSync(writing, "wx");
  try {
    writeAll(file, bytes);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(writing, path);
}
