import { readdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { ArgumentError } from "@eddyflow/core";
import { folderSource } from "./folder-source.ts";
import { readManifest } from "./source.ts";
import { storing } from "./storage-error.ts";

/** A complete checkpoint in a folder of checkpoints. */
export interface SavedCheckpoint {
  readonly step: number;
  readonly path: string;
}

/** The complete checkpoints in a folder, by step; none where the folder does not exist. */
export async function listCheckpoints(folder: string): Promise<readonly SavedCheckpoint[]> {
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT" || error.code === "ENOTDIR") return [];
    throw error;
  });
  return names
    .filter((name) => /^(0|[1-9][0-9]*)$/.test(name))
    .map((name) => ({ step: Number(name), path: join(folder, name) }))
    .sort((a, b) => a.step - b.step);
}

/** The checkpoint whose manifest has the lowest score, the newest of equals; null where none has one. */
export async function bestCheckpoint(folder: string): Promise<SavedCheckpoint | null> {
  let best: { readonly checkpoint: SavedCheckpoint; readonly score: number } | null = null;
  for (const checkpoint of await listCheckpoints(folder)) {
    // A damaged checkpoint is not the best one; who reads it is told what is wrong.
    const manifest = await readManifest(folderSource(checkpoint.path)).catch(() => null);
    const score = manifest?.score?.value;
    if (score !== undefined && score <= (best?.score ?? score)) best = { checkpoint, score };
  }
  return best?.checkpoint ?? null;
}

/**
 * Deletes all but the newest checkpoints of a folder and the one with the lowest score; a half deleted
 * one is never visible.
 */
export async function keepNewest(folder: string, count: number): Promise<void> {
  if (!Number.isSafeInteger(count) || count < 1) {
    throw new ArgumentError({
      problem: `${count} checkpoints cannot be kept`,
      expected: "a whole number ≥ 1",
      remedy: "keep at least the newest",
    });
  }
  const checkpoints = await listCheckpoints(folder);
  const best = await bestCheckpoint(folder);
  await removeAll(
    folder,
    checkpoints.slice(0, -count).filter(({ step }) => step !== best?.step),
  );
}

/** Deletes the checkpoints of a step and later ones, unless no other is left then. */
export async function removeFrom(folder: string, step: number): Promise<void> {
  const checkpoints = await listCheckpoints(folder);
  const later = checkpoints.filter((checkpoint) => checkpoint.step >= step);
  if (later.length < checkpoints.length) await removeAll(folder, later);
}

/** The newest first, so that an interruption leaves those that were there before. */
async function removeAll(folder: string, checkpoints: readonly SavedCheckpoint[]): Promise<void> {
  await storing(folder, async () => {
    for (const { step, path } of checkpoints.toReversed()) {
      const removed = join(folder, `.removed-${step}`);
      await rename(path, removed);
      await rm(removed, { recursive: true, force: true });
    }
  });
}

/** Brings back a checkpoint whose replacement was interrupted between the two renames. */
export async function recover(folder: string): Promise<void> {
  const names = await readdir(folder).catch((): string[] => []);
  for (const name of names) {
    const step = /^\.replaced-([0-9]+)$/.exec(name)?.[1];
    if (step !== undefined && !names.includes(step)) {
      await storing(folder, () => rename(join(folder, name), join(folder, step)));
    }
  }
}

/** Removes what interrupted writers left; they are not visible as checkpoints. */
export async function removeLeftovers(folder: string): Promise<void> {
  await recover(folder);
  for (const name of await readdir(folder)) {
    if (/^\.(writing|replaced|removed)-[0-9]+$/.test(name)) {
      await rm(join(folder, name), { recursive: true, force: true });
    }
  }
}
