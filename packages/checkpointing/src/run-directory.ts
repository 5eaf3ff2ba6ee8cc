import { mkdir, readdir, readFile, rename, stat } from "node:fs/promises";
import { join } from "node:path";
import { ArgumentError, CheckpointError, parseJson, systemError } from "@eddyflow/core";
import {
  bestCheckpoint,
  keepNewest,
  listCheckpoints,
  recover,
  removeFrom,
  type SavedCheckpoint,
} from "./list-checkpoints.ts";
import { isSafeName } from "./manifest.ts";
import { type CheckpointContents, saveCheckpoint } from "./save-checkpoint.ts";
import { sealed, unsealed } from "./seal.ts";
import { storing } from "./storage-error.ts";
import { syncFolder, writeSynced } from "./write-synced.ts";

/** One training run on disk: `config.json`, `metrics.jsonl`, `checkpoints/<step>/`. */
export interface RunDirectory {
  readonly path: string;
  /** What was asked, resolved: the content of `config.json`. */
  readonly config: object;
  /**
   * Writes the checkpoint of a step, atomically; then deletes all but the newest `keepLast`, if given, and
   * the best.
   *
   * @throws StorageError where the disk is full or read-only; the checkpoints before stay whole.
   */
  saveCheckpoint(
    step: number,
    contents: CheckpointContents,
    options?: { readonly keepLast?: number },
  ): Promise<SavedCheckpoint>;
  /** Deletes the checkpoints of this step and later ones, if an earlier one is there to go on from. */
  removeFrom(step: number): Promise<void>;
  /** The complete checkpoints, by step. */
  list(): Promise<readonly SavedCheckpoint[]>;
  /** The checkpoint of the highest step, or null where there is none yet. */
  latest(): Promise<SavedCheckpoint | null>;
  /** The checkpoint with the lowest score in its manifest, or null where none has one. */
  best(): Promise<SavedCheckpoint | null>;
}

export interface RunDirectoryOptions {
  readonly experiment: string;
  readonly method: string;
  readonly name: string;
  /** Plain JSON. */
  readonly config: object;
}

/**
 * Makes `<root>/<experiment>/<method>/<name>/` with its `config.json`, which ends with the SHA-256 of its content.
 *
 * @throws ArgumentError where the run exists already or a name could leave its folder; StorageError
 *   where the disk is full, read-only or forbidden.
 */
export async function createRunDirectory(
  root: string,
  { experiment, method, name, config }: RunDirectoryOptions,
): Promise<RunDirectory> {
  const path = join(methodFolder(root, { experiment, method }), checkedName("run", name));
  const file = join(path, "config.json");
  if (await exists(file)) {
    throw new ArgumentError({
      problem: `run ${path} exists already`,
      expected: "a new name",
      remedy: "give another name, or go on with that run",
    });
  }
  await storing(path, async () => {
    await mkdir(path, { recursive: true });
    const writing = join(path, ".config.json");
    const json = `${JSON.stringify(await sealed(config), null, 2)}\n`;
    await writeSynced(writing, new TextEncoder().encode(json));
    await rename(writing, file);
    await syncFolder(path);
  });
  return runDirectory(path, config);
}

/**
 * Opens a run to go on with it.
 *
 * @throws CheckpointError where there is no `config.json`, or it is other than it was written; StorageError where it cannot
 *   be read for another reason.
 */
export async function openRunDirectory(path: string): Promise<RunDirectory> {
  const config = await readConfig(path);
  await recover(join(path, "checkpoints"));
  return runDirectory(path, config);
}

/** The content of a run's `config.json`; those of older releases have no hash to compare it with. */
async function readConfig(path: string): Promise<object> {
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

export interface ListRunsOptions {
  readonly experiment: string;
  readonly method: string;
}

/** The paths of the runs of a method below `root`, in the order they were begun. */
export async function listRuns(
  root: string,
  { experiment, method }: ListRunsOptions,
): Promise<readonly string[]> {
  const folder = methodFolder(root, { experiment, method });
  const names = (await exists(folder)) ? await readdir(folder) : [];
  const runs: { readonly path: string; readonly begun: number }[] = [];
  for (const name of names.filter(isSafeName).sort()) {
    const path = join(folder, name);
    const config = await stat(join(path, "config.json")).catch(() => null);
    if (config !== null) runs.push({ path, begun: config.mtimeMs });
  }
  return runs.sort((a, b) => a.begun - b.begun).map(({ path }) => path);
}

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

function runDirectory(path: string, config: object): RunDirectory {
  const folder = join(path, "checkpoints");
  return {
    path,
    config,
    async saveCheckpoint(step, contents, { keepLast } = {}) {
      const saved = await saveCheckpoint(folder, step, contents);
      if (keepLast !== undefined) await keepNewest(folder, keepLast);
      return saved;
    },
    removeFrom: (step) => removeFrom(folder, step),
    list: () => listCheckpoints(folder),
    best: () => bestCheckpoint(folder),
    latest: async () => (await listCheckpoints(folder)).at(-1) ?? null,
  };
}

function methodFolder(root: string, { experiment, method }: ListRunsOptions): string {
  return join(root, checkedName("experiment", experiment), checkedName("method", method));
}

function checkedName(what: string, name: string): string {
  if (!isSafeName(name)) {
    throw new ArgumentError({
      problem: `${JSON.stringify(name)} cannot be the name of the ${what}`,
      expected: "letters, digits, . _ - that begin with a letter or digit",
      remedy: "give another name",
    });
  }
  return name;
}

function noRun(path: string, expected: string, cause?: unknown): CheckpointError {
  return new CheckpointError({
    problem: `there is no run at ${path}`,
    expected,
    remedy: "give its path, such as runs/<experiment>/<method>/<name>",
    cause,
  });
}

async function exists(path: string): Promise<boolean> {
  return await stat(path).then(
    () => true,
    () => false,
  );
}
