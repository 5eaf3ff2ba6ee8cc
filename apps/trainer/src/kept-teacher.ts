import { join } from "node:path";
import { readManifest } from "@eddyflow/checkpointing";
import { copyCheckpoint, folderSource } from "@eddyflow/checkpointing/node";
import { isEddyflowError } from "@eddyflow/core";
import { taughtSet } from "./find-teacher.ts";
import type { TaughtBy } from "./run-config.ts";

const copyIn = (run: string): string => join(run, "teacher");

/** Whether the teacher lies in a folder: what a run that trained on has deleted or replaced is not there. */
async function isAt(checkpoint: string, { sha256 }: TaughtBy): Promise<boolean> {
  try {
    const manifest = await readManifest(folderSource(checkpoint));
    return manifest.files[taughtSet(manifest).file]?.sha256 === sha256;
  } catch (error) {
    if (isEddyflowError(error, "CheckpointError")) return false;
    throw error;
  }
}

/** The teacher of a run where it lies, or the copy that the run keeps of it. */
export async function teacherOrCopy(teacher: TaughtBy, run: string): Promise<TaughtBy> {
  const copy = copyIn(run);
  if ((await isAt(teacher.checkpoint, teacher)) || !(await isAt(copy, teacher))) return teacher;
  return { ...teacher, checkpoint: copy };
}

/**
 * Keeps what a student needs of its teacher in the folder `teacher` of its run: the teacher's own run keeps its newest
 * checkpoints only, and may train on.
 *
 * @throws StorageError where the disk is full, read-only or forbidden.
 */
export async function keepTeacher(teacher: TaughtBy, run: string): Promise<void> {
  const copy = copyIn(run);
  if (await isAt(copy, teacher)) return;
  const manifest = await readManifest(folderSource(teacher.checkpoint));
  const others = Object.keys(manifest.networks).filter((set) => set !== "student");
  await copyCheckpoint(teacher.checkpoint, copy, [taughtSet(manifest).set, ...others]);
}
