import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { readManifest } from "@eddyflow/checkpointing";
import {
  folderSource,
  openRunDirectory,
  type RunDirectory,
  readRun,
  type SavedCheckpoint,
} from "@eddyflow/checkpointing/node";
import { CheckpointError } from "@eddyflow/core";
import type { OwnValues } from "command-line";
import { type RunConfig, recipeOf, usedConfig } from "./run-config.ts";

/** A run that goes on, as it stands. */
export interface OpenedRun {
  /** As it is now: its budget may have changed since it was begun. */
  readonly config: RunConfig;
  /** Its newest checkpoint, whole; null where it never had one. */
  readonly latest: SavedCheckpoint | null;
  /** Null where the run is only looked at. */
  readonly directory: RunDirectory | null;
}

export interface OpenRunOptions {
  /** Whether the run is only looked at, which another training may go on beside. */
  readonly readOnly: boolean;
  /** What the experiment's module brings. */
  readonly own: OwnValues;
}

/**
 * Opens a run to go on from its newest checkpoint.
 *
 * @throws CheckpointError where that is damaged or gone, which says what to do; StorageError where another process
 *   trains the run.
 */
export async function openRun(path: string, { readOnly, own }: OpenRunOptions): Promise<OpenedRun> {
  const directory = readOnly ? null : await openRunDirectory(path);
  try {
    const run = directory ?? (await readRun(path));
    const latest = await run.latestWhole();
    const stored = latest === null ? run.config : await configAt(latest);
    const config = await usedConfig<RunConfig>(stored, path, own);
    if (latest === null) await refuseGone(path, config);
    return { config, latest, directory };
  } catch (error) {
    directory?.close();
    throw error;
  }
}

const configAt = async ({ path }: SavedCheckpoint): Promise<object> =>
  (await readManifest(folderSource(path))).config;

/**
 * Refuses a run whose checkpoints are gone: it would begin again at step 0 and its log be lost. A run that was killed
 * before its first checkpoint was complete has rows up to its step, and begins again to the same rows.
 */
async function refuseGone(path: string, { experiment, method }: RunConfig): Promise<void> {
  const { checkpointEvery, validateEvery, iterations } = recipeOf(experiment, method);
  const logged = await lastLoggedStep(join(path, "metrics.jsonl"));
  const folder = join(path, "checkpoints");
  if (logged <= Math.min(checkpointEvery, validateEvery, iterations)) return;
  throw new CheckpointError({
    problem: `the run ${path} has logged ${logged} steps and has no checkpoint`,
    expected: `its checkpoints in ${folder}`,
    remedy: "put them back, or begin another run with --new",
  });
}

/** The step of the last line of a log that can be read; 0 where there is none. */
async function lastLoggedStep(file: string): Promise<number> {
  const text = await readFile(file, "utf8").catch(() => "");
  const [, step = "0"] = [...text.matchAll(/^\{"step":(\d+)/gmu)].at(-1) ?? [];
  return Number(step);
}
