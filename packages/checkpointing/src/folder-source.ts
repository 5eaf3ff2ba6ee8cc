import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { CheckpointError, systemError } from "@eddyflow/core";
import { isSafeName } from "./manifest.ts";
import { type Source, verifiedSource } from "./source.ts";

/**
 * A checkpoint folder on disk; each file's size and SHA-256 are compared with the manifest.
 *
 * @throws CheckpointError (from the source) where a file is absent, cut short or damaged; StorageError where it cannot be
 *   read for another reason, such as permission.
 */
export function folderSource(folder: string): Source {
  return verifiedSource(async (file) => {
    if (!isSafeName(file)) throw absent(`"${file}" is no file of a checkpoint`);
    try {
      return await readFile(join(folder, file));
    } catch (cause) {
      const path = join(folder, file);
      throw systemError(cause, { path, doing: "read" }) ?? absent(`${path} is missing`, cause);
    }
  });
}

function absent(problem: string, cause?: unknown): CheckpointError {
  return new CheckpointError({
    problem,
    expected: "a complete checkpoint folder",
    remedy: "give the path of a checkpoint, such as runs/<experiment>/<model>/<name>",
    cause,
  });
}
