import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { StorageError } from "@eddyflow/core";

/**
 * Refuses a folder that holds a symbolic link: one that came from elsewhere could lead whatever is written, cut or
 * deleted there to any file of the user.
 *
 * @throws StorageError naming the first link.
 */
export async function refuseLinks(folder: string): Promise<void> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const link = entries.find((entry) => entry.isSymbolicLink());
  if (link === undefined) return;
  throw new StorageError({
    problem: `${join(link.parentPath, link.name)} is a link`,
    expected: "files and folders in its place: nothing is written through links in a run",
    remedy: "put what it points to in its place, or remove it",
  });
}
