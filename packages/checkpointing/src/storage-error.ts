import { StorageError } from "@eddyflow/core";

const reasons: Readonly<Record<string, readonly [problem: string, remedy: string]>> = {
  ENOSPC: ["the disk is full", "free some space or give another folder"],
  EDQUOT: ["the disk quota is used up", "free some space or give another folder"],
  EROFS: ["the disk is read-only", "give a folder on another disk"],
  EACCES: ["permission is denied", "give a folder that you may write to"],
  EPERM: ["the operation is not permitted", "give a folder that you may write to"],
  ENOTDIR: ["a part of the path is a file", "give a folder"],
  EEXIST: ["there is a file of that name", "give a folder"],
  EIO: ["the disk failed", "check the disk or give another folder"],
  EMFILE: ["too many files are open", "raise the limit of open files"],
};

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
export function toStorageError(path: string, error: unknown): unknown {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  const reason = Object.hasOwn(reasons, code) ? reasons[code] : undefined;
  if (reason === undefined) return error;
  const [problem, remedy] = reason;
  return new StorageError({
    problem: `${path} cannot be written: ${problem}`,
    expected: "a writable folder with space",
    remedy,
    cause: error,
  });
}
