import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";

/** Writes the files of a Zarr array or group, which a JSON of them by their paths holds as base64. */
export async function unpackZarr(packed: string, name: string, folder: string): Promise<void> {
  const files = JSON.parse(await readFile(packed, "utf8")) as Record<string, string>;
  for (const [path, text] of Object.entries(files)) {
    if (!path.startsWith(`${name}/`)) continue;
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), Buffer.from(text, "base64"));
  }
}
