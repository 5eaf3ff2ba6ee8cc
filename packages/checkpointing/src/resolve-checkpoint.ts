import { join } from "node:path";
import { exists } from "./exists.ts";
import { listCheckpoints } from "./list-checkpoints.ts";
import { noRun } from "./read-run.ts";

/**
 * The checkpoint folder that a path means: itself, or the newest one of the run it names.
 *
 * @throws CheckpointError where it is neither.
 */
export async function resolveCheckpoint(path: string): Promise<string> {
  if (await exists(join(path, "manifest.json"))) return path;
  const newest = (await listCheckpoints(join(path, "checkpoints"))).at(-1);
  if (newest === undefined) throw noRun(path, "a checkpoint, or a run that has one");
  return newest.path;
}
