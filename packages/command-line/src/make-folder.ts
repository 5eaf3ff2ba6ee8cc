import { mkdir, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { userError } from "./run-command.ts";

/**
 * Makes the folder of a command's results, and those above it that are missing. One at a time: Node's own
 * recursive mkdir never returns where a file system answers ENOENT to a new name, as /proc does.
 *
 * @throws StorageError where a folder cannot be made.
 */
export async function makeFolder(path: string): Promise<void> {
  const missing: string[] = [];
  let nearest = path;
  while ((await stat(nearest).catch(() => null)) === null) {
    missing.push(nearest);
    nearest = dirname(nearest);
  }
  for (const folder of missing.reverse()) {
    await mkdir(folder).catch((error: NodeJS.ErrnoException) => {
      // Another process may have made it meanwhile.
      if (error.code !== "EEXIST") throw userError(error) ?? error;
    });
  }
}
