import { stat } from "node:fs/promises";
import { buffer } from "node:stream/consumers";
import { crc32 } from "node:zlib";
import { isEddyflowError } from "@eddyflow/core";
import type { Entry, ZipFile } from "yauzl";
import { checkPart } from "./hdf5/check-storage.ts";
import { type Bytes, bytesOf, type NpyArray, type NpyFile, openNpyBytes } from "./npy.ts";
import { exists } from "./size-of.ts";
import { unusable } from "./source.ts";

/** The name that NumPy gives an array without one. */
const unnamed = "arr_0";

async function withArchive<T>(path: string, use: (archive: ZipFile) => Promise<T>): Promise<T> {
  const { openPromise } = await import("yauzl");
  try {
    const archive = await openPromise(path, { autoClose: false });
    try {
      return await use(archive);
    } finally {
      archive.close();
    }
  } catch (error) {
    if (isEddyflowError(error)) throw error;
    throw unusable(`${path} cannot be read (${(error as Error).message})`, "a whole file", error);
  }
}

async function entriesOf(archive: ZipFile): Promise<readonly Entry[]> {
  const entries: Entry[] = [];
  for await (const entry of archive.eachEntry()) entries.push(entry);
  return entries;
}

async function unpack(path: string, archive: ZipFile, entry: Entry): Promise<Buffer> {
  const { uncompressedSize, fileName } = entry;
  checkPart((await stat(path)).size, uncompressedSize, `${path}: ${fileName}`);
  const bytes = await buffer(await archive.openReadStreamPromise(entry));
  // The library compares sizes only.
  if (crc32(bytes) === entry.crc32) return bytes;
  throw unusable(`${path}: ${fileName} differs from its checksum`, "a whole file");
}

/** The names of the arrays in an `.npz` file. @throws DataError where it is damaged. */
export const npzNames = (path: string): Promise<readonly string[]> =>
  withArchive(path, async (archive) =>
    (await entriesOf(archive))
      .filter(({ fileName }) => fileName.endsWith(".npy"))
      .map(({ fileName }) => fileName.slice(0, -".npy".length)),
  );

async function unpackMember(path: string, member: string): Promise<Buffer> {
  if (!(await exists(path))) throw unusable(`${path} is missing`, "a file of numpy.savez");
  return withArchive(path, async (archive) => {
    const entry = (await entriesOf(archive)).find(({ fileName }) => fileName === member);
    if (entry !== undefined) return unpack(path, archive, entry);
    throw unusable(`${path} has no member ${member}`, "one array, as numpy.savez writes it");
  });
}

/** Arrays that stay unpacked for the next part that is asked for, the one asked for last at the end. */
const kept = new Map<string, Buffer>();
/** As many bytes of them, or the last one alone. */
const keptBytes = 2 ** 30;

async function unpackedMember(path: string, member: string): Promise<Buffer> {
  const { mtimeMs, size } = await stat(path);
  const key = [path, member, mtimeMs, size].join("\n");
  const bytes = kept.get(key) ?? (await unpackMember(path, member));
  kept.delete(key);
  let sum = [...kept.values()].reduce((all, { length }) => all + length, bytes.length);
  for (const [other, { length }] of kept) {
    if (sum <= keptBytes) break;
    kept.delete(other);
    sum -= length;
  }
  kept.set(key, bytes);
  return bytes;
}

/**
 * Opens an array of an `.npz` file. It is unpacked into memory, and again where others took its place there: a thousand files
 * that are open take no more memory than one.
 *
 * @throws DataError where the file is absent or damaged, or has no such array.
 */
export async function openNpz(path: string, name: string): Promise<NpyFile> {
  const member = `${name}.npy`;
  const { length: size } = await unpackedMember(path, member);
  const read: Bytes["read"] = async (from, length) =>
    bytesOf(await unpackedMember(path, member)).read(from, length);
  return openNpyBytes({ size, read }, `${path}: ${member}`);
}

/**
 * Reads the array `arr_0` of an `.npz` file.
 *
 * @throws DataError where the file is absent, damaged or holds anything else.
 */
export async function readNpz(path: string): Promise<NpyArray> {
  if (!(await exists(path))) throw unusable(`${path} is missing`, "one file per field and frame");
  const member = `${unnamed}.npy`;
  const bytes = bytesOf(await unpackMember(path, member));
  const { shape, read } = await openNpyBytes(bytes, `${path}: ${member}`);
  return { shape, data: await read([]) };
}
