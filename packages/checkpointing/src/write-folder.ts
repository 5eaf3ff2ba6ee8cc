import { mkdir, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { ArgumentError } from "@eddyflow/core";
import { exists } from "./exists.ts";
import { storing } from "./storage-error.ts";
import { syncFolder, writeSynced } from "./write-synced.ts";

/**
 * Writes files into the folder `to`, which appears when it is complete.
 *
 * @returns the bytes of all files.
 * @throws ArgumentError where `to` is there already; StorageError where it cannot be written.
 */
export async function writeFolder(
  to: string,
  files: readonly (readonly [name: string, bytes: Uint8Array])[],
): Promise<number> {
  await requireAbsent(to);
  const writing = join(dirname(to), `.writing-${basename(to)}`);
  await storing(to, async () => {
    await rm(writing, { recursive: true, force: true });
    await mkdir(writing, { recursive: true });
    try {
      for (const [file, bytes] of files) await writeSynced(join(writing, file), bytes);
      await syncFolder(writing);
      await rename(writing, to);
      await syncFolder(dirname(to));
    } catch (error) {
      await rm(writing, { recursive: true, force: true }).catch(() => {});
      throw error;
    }
  });
  return files.reduce((sum, [, { length }]) => sum + length, 0);
}

async function requireAbsent(to: string): Promise<void> {
  if (!(await exists(to))) return;
  throw new ArgumentError({
    problem: `${to} is there already`,
    expected: "a folder that is not there yet",
    remedy: "choose another, or remove it",
  });
}
