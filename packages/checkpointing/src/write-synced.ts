import { open } from "node:fs/promises";

/** Writes a whole file and syncs it to the disk. */
export async function writeSynced(path: string, bytes: Uint8Array): Promise<void> {
  const file = await open(path, "w");
  try {
    await file.writeFile(bytes);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Syncs the entries of a folder to the disk. */
export async function syncFolder(path: string): Promise<void> {
  // Windows has no such call and needs none.
  if (process.platform === "win32") return;
  const folder = await open(path, "r");
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
