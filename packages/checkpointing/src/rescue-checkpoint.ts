import { mkdir, readdir } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { StorageError } from "@eddyflow/core";
import type { RunLock } from "./lock-run.ts";
import { refuseLinks } from "./refuse-links.ts";
import { type CheckpointContents, saveCheckpoint } from "./save-checkpoint.ts";
import { storing } from "./storage-error.ts";
import { writeConfig } from "./write-config.ts";

export interface LostRun {
  readonly path: string;
  readonly config: object;
  readonly lock: RunLock;
}

/**
 * Saves a checkpoint of a run whose folder was moved, removed or emptied, where that can be: in the folder's new place;
 * else, with its configuration, in the old place, or beside what lies there now.
 *
 * @throws StorageError always: it says what happened and where the checkpoint is.
 */
export async function rescueCheckpoint(
  { path, config, lock }: LostRun,
  step: number,
  contents: CheckpointContents,
): Promise<never> {
  const moved = await lock.place();
  if (moved !== null && moved !== path) {
    await saveCheckpoint(join(moved, "checkpoints"), step, contents);
    const isRenamed = dirname(moved) === dirname(path);
    throw new StorageError({
      problem: `the run ${path} was moved to ${moved} while it was trained`,
      expected: "a folder that stays where it is",
      remedy: `the checkpoint of step ${step} is saved there: ${
        isRenamed ? "" : `move it back into ${dirname(path)} and `
      }go on with --resume --name ${basename(moved)}`,
    });
  }
  const place = await emptyPlace(path);
  await storing(place, async () => {
    await mkdir(place, { recursive: true });
    await refuseLinks(place);
    await writeConfig(place, config);
  });
  await saveCheckpoint(join(place, "checkpoints"), step, contents);
  throw new StorageError({
    problem: `the run ${path} was removed or emptied while it was trained`,
    expected: "a folder that stays as it is",
    remedy: `the checkpoint of step ${step} is saved in ${place}: go on with --resume --name ${basename(place)}`,
  });
}

/** What a removal that came between two writes can leave. */
const isRemains = (name: string): boolean => name.startsWith(".") || name === "checkpoints";

/** The path, or one like it, where nothing lies yet but remains of the run. */
async function emptyPlace(path: string): Promise<string> {
  for (let n = 0; ; n++) {
    const place = n === 0 ? path : `${path}-rescued${n === 1 ? "" : n}`;
    const names = await readdir(place).catch((error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT") return [];
      if (error.code === "ENOTDIR") return ["a file"];
      throw error;
    });
    if (names.every(isRemains)) return place;
  }
}
