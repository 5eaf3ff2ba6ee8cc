import { randomUUID } from "node:crypto";
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { DataError, parseJson, systemError } from "@eddyflow/core";
import { fitsItsSeal, sealedNode } from "./seal.ts";

/** The layout that `createTrajectoryStore` writes and `openTrajectoryStore` reads. */
export const storeFormat = { format: "eddyflow-trajectories", version: 4 } as const;

/**
 * Version 1 had no vectors, and no observation but a stride. Versions 1 and 2 called `pointStride` `stride`. Up to version 3
 * no metadata had a hash of their content, and no chunk a checksum.
 */
export const readableVersions: readonly number[] = [1, 2, 3, 4];

/** The first version of which all metadata are sealed. */
export const sealedSince = 4;

export const trajectoriesFolder = "trajectories";

/** Trajectories that are not complete yet lie in the root, under names with this beginning. */
export const partialPrefix = ".partial-";

/** The name of a trajectory's folder: its index in six digits. */
export const trajectoryName = (index: number): string => String(index).padStart(6, "0");

/** The file of one frame of an array of this shape. */
export const chunkName = (frame: number, shape: readonly number[]): string =>
  `c.${[frame, ...shape.slice(1).map(() => 0)].join(".")}`;

export async function exists(path: string): Promise<boolean> {
  return (await sizeOf(path)) !== null;
}

/** The size of a file in bytes, or null where there is none. */
export async function sizeOf(path: string): Promise<number | null> {
  try {
    return (await stat(path)).size;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ENOTDIR") return null;
    throw systemError(error, { path, doing: "read" }) ?? error;
  }
}

/** The attributes of a Zarr node, and whether a hash came with them. */
export interface NodeAttributes {
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly isSealed: boolean;
}

/**
 * The attributes of a Zarr node, read from its `zarr.json`, without the hash that is compared with the content.
 *
 * @throws DataError where the file is absent, cut short or other than it was written; StorageError where it cannot be read
 *   for another reason.
 */
export async function readNode(dir: string): Promise<NodeAttributes> {
  const path = join(dir, "zarr.json");
  if (!(await exists(path))) {
    throw new DataError({
      problem: `${path} is missing`,
      expected: "a trajectory store in Zarr v3",
      remedy: "check the path, or make the data with the simulator",
    });
  }
  const damaged = (problem: string, cause?: unknown) =>
    new DataError({
      ...{ problem: `${path} ${problem}`, expected: "the metadata of a Zarr v3 node" },
      ...{ remedy: "copy the store again, or remove it and make it again", cause },
    });
  let node: unknown;
  try {
    node = parseJson(await readFile(path, "utf8"));
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw systemError(cause, { path, doing: "read" }) ?? cause;
    throw damaged(`is cut short or damaged (${cause.message})`, cause);
  }
  const fits = fitsItsSeal(node);
  if (fits === false) {
    throw new DataError({
      problem: `${path} is damaged: it is not what its sha256 belongs to`,
      expected: "the metadata as they were written",
      remedy:
        "copy it again, or remove its folder and make it again; if you changed it yourself, set a store's version to 3 and remove the attribute sha256",
    });
  }
  const { attributes } = (node ?? {}) as { readonly attributes?: unknown };
  const isRecord = typeof attributes === "object" && attributes !== null;
  const { sha256: _, ...rest } = (isRecord ? attributes : {}) as NodeAttributes["attributes"];
  return { attributes: rest, isSealed: fits === true };
}

/** The attributes of `readNode` alone. */
export const readAttributes = async (dir: string): Promise<NodeAttributes["attributes"]> =>
  (await readNode(dir)).attributes;

/** Names of metadata that are not complete yet begin with this. */
const temporaryPrefix = ".zarr.json-";

/** Writes a group with these attributes in place of the one that is there, completely or not at all. */
export async function replaceGroup(
  dir: string,
  attributes: Readonly<Record<string, unknown>>,
): Promise<void> {
  const temporary = join(dir, `${temporaryPrefix}${randomUUID()}`);
  try {
    await writeFile(
      temporary,
      JSON.stringify(sealedNode({ zarr_format: 3, node_type: "group", attributes }), null, 2),
    );
    await rename(temporary, join(dir, "zarr.json"));
  } catch (error) {
    // Another process may have removed it, as if a killed process had left it.
    if ((error as NodeJS.ErrnoException).code === "ENOENT" && (await exists(dir))) {
      return replaceGroup(dir, attributes);
    }
    await rm(temporary, { force: true });
    throw error;
  }
}

/**
 * Changes a folder and takes it back, so that what other machines did to it is seen: a network file system may answer from
 * a list that is a minute old until its own machine changes the folder.
 */
export async function lookAnew(dir: string): Promise<void> {
  const passing = join(dir, `${temporaryPrefix}${randomUUID()}`);
  await mkdir(passing);
  await remove(passing);
}

/** Removes a file or folder, even while a process still writes into it; that process fails then. */
export const remove = (path: string): Promise<void> =>
  rm(path, { recursive: true, force: true, maxRetries: 10, retryDelay: 20 });

/** Removes what killed processes left in a store whose complete trajectories are these. */
export async function removeLeftovers(dir: string, whole: ReadonlySet<string>): Promise<void> {
  for (const folder of [dir, join(dir, trajectoriesFolder)]) {
    for (const entry of await readdir(folder)) {
      const isPartial =
        entry.startsWith(partialPrefix) &&
        whole.has(entry.slice(partialPrefix.length).split("-")[0] as string);
      if (!isPartial && !entry.startsWith(temporaryPrefix)) continue;
      await remove(join(folder, entry));
    }
  }
}
