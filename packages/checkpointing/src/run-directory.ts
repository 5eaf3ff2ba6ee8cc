import { mkdir, readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { ArgumentError } from "@eddyflow/core";
import { isAbsence } from "./exists.ts";
import { keepNewest, recover, removeFrom, type SavedCheckpoint } from "./list-checkpoints.ts";
import { lockRun, type RunLock } from "./lock-run.ts";
import { checkedName, methodFolder } from "./method-folder.ts";
import { type ReadRun, readable, readConfig } from "./read-run.ts";
import { refuseLinks } from "./refuse-links.ts";
import { rescueCheckpoint } from "./rescue-checkpoint.ts";
import { type CheckpointContents, saveCheckpoint } from "./save-checkpoint.ts";
import { storing } from "./storage-error.ts";
import { writeConfig } from "./write-config.ts";

/**
 * One training run on disk: `config.json`, `metrics.jsonl`, `checkpoints/<step>/`. It is locked while it is open: no
 * other process can open it to write there until it is closed, or its process has ended.
 */
export interface RunDirectory extends ReadRun {
  /**
   * Writes the checkpoint of a step, atomically; then deletes all but the newest `keepLast`, if given, and
   * the best.
   *
   * @throws StorageError where the disk is full or read-only; the checkpoints before stay whole. Where the folder was
   *   moved, removed or emptied too: the checkpoint is saved first, in the place that the error names.
   */
  saveCheckpoint(
    step: number,
    contents: CheckpointContents,
    options?: { readonly keepLast?: number },
  ): Promise<SavedCheckpoint>;
  /** Deletes the checkpoints of this step and later ones, if an earlier one is there to go on from. */
  removeFrom(step: number): Promise<void>;
  /** Whether the folder is where it was: not moved, removed or emptied. */
  isThere(): Promise<boolean>;
  /** Lets other processes write there. */
  close(): void;
}

export interface RunDirectoryOptions {
  readonly experiment: string;
  readonly method: string;
  readonly name: string;
  /** Plain JSON. */
  readonly config: object;
}

/**
 * Makes `<root>/<experiment>/<method>/<name>/` with its `config.json`, which ends with the SHA-256 of its content, and
 * opens it.
 *
 * @throws ArgumentError where the run exists already, its folder holds something else or a name could leave its folder;
 *   StorageError where another process is making it, or the disk is full, read-only or forbidden.
 */
export async function createRunDirectory(
  root: string,
  { experiment, method, name, config }: RunDirectoryOptions,
): Promise<RunDirectory> {
  const path = join(methodFolder(root, { experiment, method }), checkedName("run", name));
  await storing(path, () => mkdir(path, { recursive: true }));
  await refuseLinks(path);
  const lock = await lockRun(path);
  try {
    const names = await readdir(path);
    const other = names.find((name) => !name.startsWith("."));
    if (other !== undefined) {
      throw new ArgumentError({
        problem: names.includes("config.json")
          ? `run ${path} exists already`
          : `${path} holds no run but is not empty (${other} is there)`,
        expected: "a new name",
        remedy: "give another name, or go on with that run",
      });
    }
    await storing(path, () => writeConfig(path, config));
  } catch (error) {
    lock.release();
    throw error;
  }
  return runDirectory(path, config, lock);
}

/**
 * Opens a run to go on with it.
 *
 * @throws CheckpointError where there is no `config.json`, or it is other than it was written; StorageError where it cannot
 *   be read for another reason, where another process writes there or something in the folder is a symbolic link.
 */
export async function openRunDirectory(path: string): Promise<RunDirectory> {
  const config = await readConfig(path);
  await refuseLinks(path);
  const lock = await lockRun(path);
  try {
    await recover(join(path, "checkpoints"));
  } catch (error) {
    lock.release();
    throw error;
  }
  return runDirectory(path, config, lock);
}

function runDirectory(path: string, config: object, lock: RunLock): RunDirectory {
  const folder = join(path, "checkpoints");
  const hasConfig = () =>
    stat(join(path, "config.json")).then(
      () => true,
      (error: unknown) => !isAbsence(error),
    );
  const isThere = async () => (await lock.isThere()) && (await hasConfig());
  return {
    ...readable(path, config),
    async saveCheckpoint(step, contents, { keepLast } = {}) {
      const rescue = () => rescueCheckpoint({ path, config, lock }, step, contents);
      if (!(await isThere())) return await rescue();
      const saved = await saveCheckpoint(folder, step, contents).catch(async (error: unknown) => {
        // It may have been moved or removed just now.
        if (await isThere()) throw error;
        return await rescue();
      });
      if (keepLast !== undefined) await keepNewest(folder, keepLast);
      return saved;
    },
    removeFrom: (step) => removeFrom(folder, step),
    isThere,
    close: lock.release,
  };
}
