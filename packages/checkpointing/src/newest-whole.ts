import { CheckpointError, type EddyflowError, isEddyflowError } from "@eddyflow/core";
import { folderSource } from "./folder-source.ts";
import { listCheckpoints, type SavedCheckpoint } from "./list-checkpoints.ts";
import { readManifest } from "./source.ts";

/**
 * The checkpoint of the highest step in a folder, once all its files were read and compared with their hashes; null where
 * there is none.
 *
 * @throws CheckpointError where it is damaged, which names the newest one before it that is not.
 */
export async function newestWhole(folder: string): Promise<SavedCheckpoint | null> {
  const [newest, ...older] = [...(await listCheckpoints(folder))].reverse();
  if (newest === undefined) return null;
  const damage = await damageOf(newest);
  if (damage === null) return newest;
  let whole: SavedCheckpoint | undefined;
  for (const checkpoint of older) {
    if ((await damageOf(checkpoint)) !== null) continue;
    whole = checkpoint;
    break;
  }
  throw new CheckpointError({
    problem: `the newest checkpoint, ${newest.path}, cannot be used: ${damage.problem}`,
    expected: damage.expected,
    remedy:
      whole === undefined
        ? "no older one is whole: copy it again, or begin another run with --new"
        : `the one of step ${whole.step} is whole: move the folder ${newest.step} out of ${folder} and resume again`,
    cause: damage,
  });
}

async function damageOf({ path }: SavedCheckpoint): Promise<EddyflowError | null> {
  const source = folderSource(path);
  try {
    const { files } = await readManifest(source);
    for (const file of Object.keys(files)) await source(file);
    return null;
  } catch (error) {
    if (isEddyflowError(error, "CheckpointError")) return error;
    throw error;
  }
}
