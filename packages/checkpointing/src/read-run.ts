import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { CheckpointError, parseJson, systemError } from "@eddyflow/core";
import { bestCheckpoint, listCheckpoints, type SavedCheckpoint } from "./list-checkpoints.ts";
import { newestWhole } from "./newest-whole.ts";
import { unsealed } from "./seal.ts";

/** One training run on disk that is looked at and not written. */
export interface ReadRun {
  readonly path: string;
  /** What was asked, resolved: the content of `config.json`. */
  readonly config: object;
  /** The complete checkpoints, by step. */
  list(): Promise<readonly SavedCheckpoint[]>;
  /** The checkpoint of the highest step, or null where there is none yet. */
  latest(): Promise<SavedCheckpoint | null>;
  /**
   * The same, once all its files were read and compared with their hashes.
   *
   * @throws CheckpointError where it is damaged, which names the newest one before it that is not.
   */
  latestWhole(): Promise<SavedCheckpoint | null>;
  /** The checkpoint with the lowest score in its manifest, or null where none has one. */
  best(): Promise<SavedCheckpoint | null>;
}

/**
 * Opens a run to look at it, also while it is trained.
 *
 * @throws CheckpointError where there is no `config.json`, or it is other than it was written; StorageError where it cannot
 *   be read for another reason.
 */
export async function readRun(path: string): Promise<ReadRun> {
  return readable(path, await readConfig(path));
}

/**
 * The content of a run's `config.json`; those of older releases have no hash to compare it with.
 *
 * @throws as `readRun` does.
 */
export async function readConfig(path: string): Promise<object> {
  const file = join(path, "config.json");
  const text = await readFile(file, "utf8").catch((cause: unknown) => {
    throw (
      systemError(cause, { path: file, doing: "read" }) ??
      noRun(path, "a run with its config.json", cause)
    );
  });
  const damaged = (problem: string, remedy: string, cause?: unknown) =>
    new CheckpointError({
      ...{ problem: `${file} ${problem}`, expected: "the configuration as it was written" },
      ...{ remedy, cause },
    });
  let parsed: unknown;
  try {
    parsed = parseJson(text);
  } catch (cause) {
    const why = (cause as Error).message;
    throw damaged(`is no JSON (${why})`, "copy it again from where the run was made", cause);
  }
  const { json, wrong } = await unsealed(parsed);
  if (wrong === "another") {
    throw damaged(
      "is not what its sha256 belongs to",
      "copy it again; if you changed it yourself, remove its line sha256",
    );
  }
  if (typeof json === "object" && json !== null && !Array.isArray(json)) return json;
  throw damaged("holds no object", "copy it again from where the run was made");
}

/** A run whose configuration was read. */
export function readable(path: string, config: object): ReadRun {
  const folder = join(path, "checkpoints");
  return {
    path,
    config,
    list: () => listCheckpoints(folder),
    best: () => bestCheckpoint(folder),
    latest: async () => (await listCheckpoints(folder)).at(-1) ?? null,
    latestWhole: () => newestWhole(folder, { toTrain: true }),
  };
}

/** The error for a path without a run. */
export function noRun(path: string, expected: string, cause?: unknown): CheckpointError {
  return new CheckpointError({
    problem: `there is no run at ${path}`,
    expected,
    remedy: "give its path, such as runs/<experiment>/<method>/<name>",
    cause,
  });
}
