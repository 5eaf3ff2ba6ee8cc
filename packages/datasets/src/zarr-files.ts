import { randomUUID } from "node:crypto";
import { readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { DataError } from "@eddyflow/core";

/** The layout that `createTrajectoryStore` writes and `openTrajectoryStore` reads. */
export const storeFormat = { format: "eddyflow-trajectories", version: 3 } as const;

/** Version 1 had no vectors, and no observation but a stride. Versions 1 and 2 called `pointStride` `stride`. */
export const readableVersions: readonly number[] = [1, 2, 3];

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
    throw error;
  }
}

/**
 * The attributes of a Zarr node, read from its `zarr.json`.
 *
 * @throws DataError where the file is absent or cut short.
 */
export async function readAttributes(dir: string): Promise<Readonly<Record<string, unknown>>> {
  const path = join(dir, "zarr.json");
  if (!(await exists(path))) {
    throw new DataError({
      problem: `${path} is missing`,
      expected: "a trajectory store in Zarr v3",
      remedy: "check the path, or make the data with the simulator",
    });
  }
  try {
    const node = JSON.parse(await readFile(path, "utf8")) as {
      readonly attributes?: Readonly<Record<string, unknown>>;
    } | null;
    return node?.attributes ?? {};
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause;
    throw new DataError({
      problem: `${path} is cut short or damaged`,
      expected: "the metadata of a Zarr v3 group",
      remedy: "remove the store and make it again",
      cause,
    });
  }
}

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
      JSON.stringify({ zarr_format: 3, node_type: "group", attributes }, null, 2),
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
