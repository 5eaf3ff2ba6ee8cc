import { CheckpointError, type EddyflowError, isEddyflowError } from "@eddyflow/core";
import { folderSource } from "./folder-source.ts";
import { listCheckpoints, type SavedCheckpoint } from "./list-checkpoints.ts";
import { stateFile } from "./load-params.ts";
import { readManifest } from "./source.ts";

export interface NewestWholeOptions {
  /** Whether training is to go on from it, which needs its state too. */
  readonly toTrain: boolean;
}

/**
 * The checkpoint of the highest step in a folder, once all its files were read and compared with their hashes; null where
 * there is none.
 *
 * @throws CheckpointError where it is damaged, which names the newest one before it that is not and how to use it.
 */
export async function newestWhole(
  folder: string,
  { toTrain }: NewestWholeOptions,
): Promise<SavedCheckpoint | null> {
  const [newest, ...older] = [...(await listCheckpoints(folder))].reverse();
  if (newest === undefined) return null;
  const damageOf = (checkpoint: SavedCheckpoint) =>
    damageIn(checkpoint, (file) => toTrain || file !== stateFile);
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
    remedy: remedyFor(newest, whole, { folder, toTrain }),
    cause: damage,
  });
}

function remedyFor(
  newest: SavedCheckpoint,
  whole: SavedCheckpoint | undefined,
  { folder, toTrain }: { readonly folder: string; readonly toTrain: boolean },
): string {
  if (whole === undefined) {
    const other = toTrain ? "begin another run with --new" : "give another";
    return `no older one is whole: copy it again, or ${other}`;
  }
  return `the one of step ${whole.step} is whole: ${
    toTrain
      ? `move the folder ${newest.step} out of ${folder} and resume again`
      : `give ${whole.path}`
  }`;
}

async function damageIn(
  { path }: SavedCheckpoint,
  isUsed: (file: string) => boolean,
): Promise<EddyflowError | null> {
  const source = folderSource(path);
  try {
    const { files } = await readManifest(source);
    for (const file of Object.keys(files).filter(isUsed)) await source(file);
    return null;
  } catch (error) {
    if (isEddyflowError(error, "CheckpointError")) return error;
    throw error;
  }
}
