import { createHash } from "node:crypto";
import { link, mkdir, rename, rm, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { ArgumentError, type ParamSets, type Params } from "@eddyflow/core";
import { encodeSafetensors } from "./encode-safetensors.ts";
import { folderSource } from "./folder-source.ts";
import { listCheckpoints, removeLeftovers, type SavedCheckpoint } from "./list-checkpoints.ts";
import { fileOfSet, stateFile } from "./load-params.ts";
import { isSafeName, type Manifest, parseManifest } from "./manifest.ts";
import { paramsToArrays } from "./params-to-arrays.ts";
import { sealed } from "./seal.ts";
import { readManifest } from "./source.ts";
import { storing } from "./storage-error.ts";
import { syncFolder, writeSynced } from "./write-synced.ts";

export interface CheckpointContents {
  /** The sets that the model evaluates: { student }, { student, "student.average", velocity }. */
  readonly sets: ParamSets;
  /**
   * What only a training that goes on needs, part by part: the optimizer's state ("first", "second"), networks that the
   * model does not evaluate. Null where training is over.
   */
  readonly state: Readonly<Record<string, Params>> | null;
  readonly manifest: Omit<Manifest, "format" | "version" | "step" | "files">;
}

/**
 * Writes a checkpoint as `<folder>/<step>/`, which appears only when it is complete: it is written
 * beside, with every file and folder synced to the disk, and then renamed. A file whose bytes are
 * those of the newest checkpoint before it (a frozen network) is a hard link to that one where the
 * disk has links. A checkpoint of the same step is replaced. Parameters are read, not consumed.
 *
 * @throws StorageError where the disk is full, read-only or forbidden, CheckpointError where the
 *   manifest could not be read again (a score that is not finite); checkpoints that were there stay as
 *   they are.
 */
export async function saveCheckpoint(
  folder: string,
  step: number,
  { sets, state, manifest }: CheckpointContents,
): Promise<SavedCheckpoint> {
  const path = join(folder, stepName(step));
  const files: [string, Uint8Array][] = [];
  for (const [set, params] of Object.entries(sets)) {
    if (!isSafeName(set)) throw unsafe("a set of parameters", set);
    files.push([fileOfSet(set), encodeSafetensors(await paramsToArrays(params))]);
  }
  if (state !== null) {
    const parts = Object.entries(state).flatMap(([part, params]) =>
      Object.entries(params).map(([name, tensor]) => [`${part}.${name}`, tensor] as const),
    );
    files.push([stateFile, encodeSafetensors(await paramsToArrays(Object.fromEntries(parts)))]);
  }
  const entries = files.map(([file, bytes]) => {
    const sha256 = createHash("sha256").update(bytes).digest("hex");
    return [file, { bytes: bytes.length, sha256 }] as const;
  });
  const whole: Manifest = {
    format: "eddyflow-checkpoint",
    version: 3,
    step,
    ...manifest,
    files: Object.fromEntries(entries),
  };
  // What could not be read again is not written.
  parseManifest(JSON.parse(JSON.stringify(whole)));
  const json = `${JSON.stringify(await sealed(whole), null, 2)}\n`;
  const writing = join(folder, `.writing-${step}`);
  await storing(path, async () => {
    await makeFolder(folder);
    await removeLeftovers(folder);
    const previous = await newestManifest(folder);
    try {
      await mkdir(writing);
      for (const [file, bytes] of files) {
        const linked = previous !== null && (await tryLink(previous, whole, file, writing));
        if (!linked) await writeSynced(join(writing, file), bytes);
      }
      await writeSynced(join(writing, "manifest.json"), new TextEncoder().encode(json));
      await syncFolder(writing);
      await moveInto(writing, path);
    } catch (error) {
      await rm(writing, { recursive: true, force: true }).catch(() => {});
      throw error;
    }
  });
  return { step, path };
}

/** Not those above it: the folder of a run that was moved or removed is not made again. */
const makeFolder = (folder: string): Promise<void> =>
  mkdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "EEXIST") throw error;
  });

interface Previous {
  readonly path: string;
  readonly manifest: Manifest;
}

async function newestManifest(folder: string): Promise<Previous | null> {
  const newest = (await listCheckpoints(folder)).at(-1);
  if (newest === undefined) return null;
  try {
    return { path: newest.path, manifest: await readManifest(folderSource(newest.path)) };
  } catch {
    // A damaged checkpoint is nothing to link to; who reads it is told so.
    return null;
  }
}

/** Links to a file of an earlier checkpoint, if it holds the same and the disk has links. */
async function tryLink(
  previous: Previous,
  whole: Manifest,
  file: string,
  folder: string,
): Promise<boolean> {
  const from = join(previous.path, file);
  const twin = previous.manifest.files[file];
  if (twin === undefined || twin.sha256 !== whole.files[file]?.sha256) return false;
  try {
    if ((await stat(from)).size !== twin.bytes) return false;
    await link(from, join(folder, file));
    return true;
  } catch {
    return false;
  }
}

async function moveInto(writing: string, path: string): Promise<void> {
  const folder = dirname(path);
  const replaced = join(folder, `.replaced-${basename(path)}`);
  const isReplacing = await stat(path).then(
    () => true,
    () => false,
  );
  if (isReplacing) await rename(path, replaced);
  try {
    await rename(writing, path);
  } catch (error) {
    if (isReplacing) await rename(replaced, path);
    throw error;
  }
  await syncFolder(folder);
  if (isReplacing) await rm(replaced, { recursive: true, force: true });
}

function stepName(step: number): string {
  if (!Number.isSafeInteger(step) || step < 0) throw unsafe("a checkpoint's step", String(step));
  return String(step);
}

function unsafe(what: string, name: string): ArgumentError {
  return new ArgumentError({
    problem: `${what} cannot be ${JSON.stringify(name)}`,
    expected: "letters, digits, . _ - that begin with a letter or digit",
    remedy: "give another",
  });
}
