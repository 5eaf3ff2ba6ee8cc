import { copyFile, link, mkdir, realpath, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { CheckpointError } from "@eddyflow/core";
import { isAbsence } from "./exists.ts";
import { fileOfSet } from "./load-params.ts";
import { storing } from "./storage-error.ts";
import { syncFolder } from "./write-synced.ts";

/**
 * Copies the manifest of a checkpoint and the files of some of its sets, so that the model can be evaluated when the
 * checkpoint is gone. A copy is a hard link where the disk allows it; the folder appears when it is complete.
 *
 * @throws CheckpointError where it has been removed, StorageError where the disk is full, read-only or forbidden.
 */
export async function copyCheckpoint(
  from: string,
  to: string,
  sets: readonly string[],
): Promise<void> {
  const writing = join(dirname(to), `.writing-${basename(to)}`);
  await storing(to, async () => {
    await rm(writing, { recursive: true, force: true });
    await mkdir(writing, { recursive: true });
    for (const file of [...sets.map(fileOfSet), "manifest.json"]) {
      // A hard link to a link would be one too.
      const source = await realpath(join(from, file)).catch((cause: unknown) => {
        throw isAbsence(cause) ? gone(from, cause) : cause;
      });
      await link(source, join(writing, file)).catch(() => copyFile(source, join(writing, file)));
    }
    await syncFolder(writing);
    await rename(writing, to);
    await syncFolder(dirname(to));
  });
}

const gone = (checkpoint: string, cause: unknown): CheckpointError =>
  new CheckpointError({
    problem: `${checkpoint} was removed while it was copied`,
    expected: "a checkpoint that stays: a run that is trained keeps its newest ones only",
    remedy: "give the run's newest checkpoint and begin another run with --new",
    cause,
  });
