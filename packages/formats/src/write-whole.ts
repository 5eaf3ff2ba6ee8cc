import { randomUUID } from "node:crypto";
import { mkdir, readdir, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { exists } from "./size-of.ts";

/** Files that are not complete yet have names with this beginning. */
const partialPrefix = ".partial-";

/**
 * Lets `write` make a file under a temporary name beside `path`, and renames it to `path` when it is complete.
 * Then it removes what killed processes left of the same file.
 *
 * @throws whatever `write` throws; nothing is left of the new file then, and what was at `path` stays.
 */
export async function writeWhole(
  path: string,
  write: (partial: string) => Promise<void>,
): Promise<void> {
  const [folder, prefix] = [dirname(path), `${partialPrefix}${basename(path)}-`];
  await mkdir(folder, { recursive: true });
  const partial = join(folder, `${prefix}${randomUUID()}`);
  try {
    await write(partial);
    await rename(partial, path);
  } catch (error) {
    await rm(partial, { force: true });
    // Another process was faster, wrote the same file, and removed this one.
    if ((error as NodeJS.ErrnoException).code !== "ENOENT" || !(await exists(path))) throw error;
  }
  for (const name of await readdir(folder)) {
    if (name.startsWith(prefix)) await rm(join(folder, name), { force: true });
  }
}
