import { type Manifest, readManifest } from "@eddyflow/checkpointing";
import { folderSource, resolveCheckpoint } from "@eddyflow/checkpointing/node";
import { userPath } from "command-line";
import type { TaughtBy } from "./run-config.ts";

/** The set to learn from, and its file: the averaged weights where there are any. */
export function taughtSet({ files }: Manifest): { readonly set: string; readonly file: string } {
  return "average.safetensors" in files
    ? { set: "student.average", file: "average.safetensors" }
    : { set: "student", file: "weights.safetensors" };
}

/**
 * The checkpoint that a path means, a run standing for its newest one, with the hash of its weights.
 *
 * @throws CheckpointError where there is none, or one that cannot be read.
 */
export async function findTeacher(path: string): Promise<TaughtBy> {
  const checkpoint = await resolveCheckpoint(userPath(path));
  const manifest = await readManifest(folderSource(checkpoint));
  const sha256 = manifest.files[taughtSet(manifest).file]?.sha256 ?? "";
  return { checkpoint, sha256 };
}
