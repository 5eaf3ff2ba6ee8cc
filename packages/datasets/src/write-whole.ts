import { randomUUID } from "node:crypto";
import { mkdir, readdir, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { exists, partialPrefix } from "./zarr-files.ts";

/**
 * Lets `write` make a file under a passing name beside `path`, which becomes `path` when it is whole. What
 * killed processes left of the same file goes then.
 *
 * @throws whatever `write` throws; nothing is left of the file, and what was at `path` stays.
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
    // Another process was faster, and tidied up: it wrote the same.
    if ((error as NodeJS.ErrnoException).code !== "ENOENT" || !(await exists(path))) throw error;
  }
  for (const name of await readdir(folder)) {
    if (name.startsWith(prefix)) await rm(join(folder, name), { force: true });
  }
}
