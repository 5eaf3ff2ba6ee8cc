import { lstat } from "node:fs/promises";
import { StorageError } from "@eddyflow/core";

/**
 * Refuses a symbolic link where files are to be written: in a folder that came from elsewhere it could lead to any file of
 * the user.
 *
 * @throws StorageError that names it.
 */
export async function refuseLink(path: string): Promise<void> {
  const found = await lstat(path).catch(() => null);
  if (!found?.isSymbolicLink()) return;
  throw new StorageError({
    problem: `${path} is a link`,
    expected: "a folder: nothing is written through links in a store",
    remedy: "give the folder that it points to, or put that in its place",
  });
}
