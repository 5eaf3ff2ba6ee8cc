import { systemError } from "@eddyflow/core";

/**
 * Runs what writes to a disk; an error that the person at the machine can mend becomes a StorageError
 * that names `path`, any other stays as it is.
 */
export async function storing<T>(path: string, write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (error) {
    throw toStorageError(path, error);
  }
}

/** The StorageError for an error of the file system at `path`, or the error itself. */
export const toStorageError = (path: string, error: unknown): unknown =>
  systemError(error, { path, doing: "written" }) ?? error;
