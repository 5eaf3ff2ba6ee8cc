import { stat } from "node:fs/promises";
import { buffer } from "node:stream/consumers";
import { crc32 } from "node:zlib";
import { isEddyflowError } from "@eddyflow/core";
import { checkPart } from "./hdf5/check-storage.ts";
import { type NpyArray, parseNpy } from "./npy.ts";
import { exists } from "./size-of.ts";
import { unusable } from "./source.ts";

/** The name that NumPy gives an array without one. */
const member = "arr_0.npy";

async function readMember(path: string): Promise<Uint8Array<ArrayBuffer>> {
  const { openPromise } = await import("yauzl");
  const archive = await openPromise(path, { autoClose: false });
  try {
    for await (const entry of archive.eachEntry()) {
      if (entry.fileName !== member) continue;
      const { uncompressedSize } = entry;
      checkPart((await stat(path)).size, uncompressedSize, `${path}: ${member}`);
      const bytes = await buffer(await archive.openReadStreamPromise(entry));
      // The library compares sizes only.
      if (crc32(bytes) === entry.crc32) return bytes;
      throw unusable(`${path}: ${member} differs from its checksum`, "a whole file");
    }
  } finally {
    archive.close();
  }
  throw unusable(`${path} has no member ${member}`, "one array, as numpy.savez writes it");
}

/**
 * Reads the array `arr_0` of an `.npz` file.
 *
 * @throws DataError where the file is absent, damaged or holds anything else.
 */
export async function readNpz(path: string): Promise<NpyArray> {
  if (!(await exists(path))) throw unusable(`${path} is missing`, "one file per field and frame");
  const bytes = await readMember(path).catch((error: unknown) => {
    if (isEddyflowError(error)) throw error;
    throw unusable(`${path} cannot be read (${(error as Error).message})`, "a whole file", error);
  });
  return parseNpy(bytes, `${path}: ${member}`);
}
