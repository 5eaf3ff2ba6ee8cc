import { stat } from "node:fs/promises";

/** The size of a file in bytes, or null where there is none. */
export async function sizeOf(path: string): Promise<number | null> {
  try {
    return (await stat(path)).size;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ENOTDIR") return null;
    throw error;
  }
}

/** Whether there is a file or folder. */
export const exists = async (path: string): Promise<boolean> => (await sizeOf(path)) !== null;
