import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { type EddyflowError, isEddyflowError } from "@eddyflow/core";
import { openTrajectoryStore } from "@eddyflow/datasets";
import FileSystemStore from "@zarrita/storage/fs";
import { get, open } from "zarrita";

/** The stores that the simulator fills. */
export const splits = ["train", "validation", "test"] as const;

/** All files of a folder and the folders in it, sorted; none where there is no folder. */
export async function filesOf(dir: string): Promise<readonly string[]> {
  try {
    const entries = await readdir(dir, { recursive: true, withFileTypes: true });
    return entries
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(dir.length + 1))
      .sort();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
}

const bytesOf = (values: Float32Array): Buffer =>
  Buffer.from(values.buffer, values.byteOffset, values.byteLength);

/** The trajectories that any reader of Zarr finds in a store, by name, as they are. */
async function zarrTrajectories(dir: string): Promise<ReadonlyMap<string, Buffer>> {
  const names = (await filesOf(dir)).flatMap(
    (file) => /^trajectories\/(\d+)\/zarr\.json$/u.exec(file)?.[1] ?? [],
  );
  const found = new Map<string, Buffer>();
  for (const name of names) {
    const files = new FileSystemStore(join(dir, "trajectories", name));
    const array = await open.v3(files, { kind: "array" });
    found.set(name, bytesOf((await get(array)).data as Float32Array));
  }
  return found;
}

/** What an uninterrupted run has made of one split. */
export interface WholeStore {
  readonly files: readonly string[];
  readonly trajectories: ReadonlyMap<string, Buffer>;
  readonly normalisation: string;
}

export async function readWholeStore(dir: string): Promise<WholeStore> {
  const [files, trajectories] = [await filesOf(dir), await zarrTrajectories(dir)];
  const { normalisation } = await openTrajectoryStore(dir);
  return { files, trajectories, normalisation: JSON.stringify(normalisation) };
}

/**
 * What is wrong with a store that a killed simulator may have left, one line each: a trajectory that does not
 * read or has other bytes than the uninterrupted one's, and a store that does not open though it is whole, or
 * opens though it is not.
 */
export async function wrongInStore(dir: string, whole: WholeStore): Promise<readonly string[]> {
  const wrong: string[] = [];
  let found: ReadonlyMap<string, Buffer>;
  try {
    found = await zarrTrajectories(dir);
  } catch (error) {
    return [`${dir} does not read: ${(error as Error).message}`];
  }
  for (const [name, bytes] of found) {
    if (whole.trajectories.get(name)?.equals(bytes) === true) continue;
    wrong.push(`${dir}: trajectory ${name} has other values than that of an uninterrupted run`);
  }
  const isWhole = found.size === whole.trajectories.size;
  const refusal = await openTrajectoryStore(dir).then(
    () => null,
    (error: Error | EddyflowError) => error,
  );
  if (isWhole && refusal !== null) wrong.push(`${dir} is whole, but: ${refusal.message}`);
  if (isWhole) return wrong;
  if (refusal === null) wrong.push(`${dir} opens with ${found.size} trajectories`);
  else if (!(isEddyflowError(refusal) && refusal.problem.includes("is missing"))) {
    wrong.push(`${dir} is not whole, but is refused for another reason: ${refusal.message}`);
  }
  return wrong;
}

/** What else is wrong with a store that the simulator calls finished. */
export async function wrongInFinished(dir: string, whole: WholeStore): Promise<readonly string[]> {
  const wrong = [...(await wrongInStore(dir, whole))];
  const files = await filesOf(dir);
  const extra = files.filter((file) => !whole.files.includes(file));
  const absent = whole.files.filter((file) => !files.includes(file));
  if (extra.length > 0) wrong.push(`${dir} is finished, but ${extra[0]} is left in it`);
  if (absent.length > 0) wrong.push(`${dir} is finished, but ${absent[0]} is not there`);
  if (wrong.length > 0) return wrong;
  const store = await openTrajectoryStore(dir);
  const { frames } = store.description;
  for (const [i, [name, bytes]] of [...whole.trajectories].entries()) {
    if (bytes.equals(bytesOf(await store.readFrames(i, 0, frames)))) continue;
    wrong.push(`${dir}: trajectory ${name} reads as other values`);
  }
  if (JSON.stringify(store.normalisation) !== whole.normalisation) {
    wrong.push(`${dir}: its normalisation is another`);
  }
  return wrong;
}
