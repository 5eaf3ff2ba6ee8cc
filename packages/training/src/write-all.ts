import { writeSync } from "node:fs";
import { toStorageError } from "@eddyflow/checkpointing/node";

/** Runs what writes to `path`; an error of the disk becomes a StorageError. */
export function storing<T>(path: string, write: () => T): T {
  try {
    return write();
  } catch (error) {
    throw toStorageError(path, error);
  }
}

/** Appends all of some bytes to an open file. */
export function writeAll(file: number, bytes: Uint8Array): void {
  let written = 0;
  while (written < bytes.length) written += writeSync(file, bytes, written);
}
