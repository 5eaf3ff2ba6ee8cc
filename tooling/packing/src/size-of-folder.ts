import { lstat, readdir } from "node:fs/promises";
import { join } from "node:path";

/** Bytes of the files below a folder. Links are not followed: what they lead to is counted where it lies. */
export async function sizeOfFolder(folder: string): Promise<number> {
  let bytes = 0;
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) bytes += await sizeOfFolder(path);
    if (entry.isFile()) bytes += (await lstat(path)).size;
  }
  return bytes;
}
