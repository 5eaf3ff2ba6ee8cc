import { join } from "node:path";
import { exists } from "./exists.ts";
import { newestWhole } from "./newest-whole.ts";
import { noRun } from "./read-run.ts";

/**
 * The checkpoint folder that a path means: itself, or the newest one of the run it names, whose files are read and
 * compared with their hashes, but for the state of its training.
 *
 * @throws CheckpointError where it is neither, and where the newest one is damaged, which names one that is not.
 */
export async function resolveCheckpoint(path: string): Promise<string> {
  if (await exists(join(path, "manifest.json"))) return path;
  const newest = await newestWhole(join(path, "checkpoints"), { toTrain: false });
  if (newest === null) throw noRun(path, "a checkpoint, or a run that has one");
  return newest.path;
}
