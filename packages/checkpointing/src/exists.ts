import { stat } from "node:fs/promises";

/** Whether something lies at a path. */
export async function exists(path: string): Promise<boolean> {
  return await stat(path).then(
    () => true,
    () => false,
  );
}

/** Whether an error of the file system says that nothing lies there, and not that nobody can tell just now. */
export const isAbsence = (error: unknown): boolean =>
  ["ENOENT", "ENOTDIR"].includes(String((error as NodeJS.ErrnoException).code));
