import { open, stat } from "node:fs/promises";
import { npyType } from "./npy-type.ts";
import { unusable } from "./source.ts";
import { readStrided, type Selection, stridesOf } from "./strided.ts";

/** An array of numbers, the last axis fastest. */
export interface NpyArray {
  readonly shape: readonly number[];
  readonly data: ArrayLike<number>;
}

/** An array in a file, of which parts are read. */
export interface NpyFile {
  readonly path: string;
  readonly shape: readonly number[];
  /** Such as "float32", or "big-endian int16, first axis fastest". */
  readonly type: string;
  /** A part, the last axis fastest. @throws DataError where the file was cut short since. */
  read(at: Selection): Promise<ArrayLike<number>>;
}

/** Where the bytes of an array in NumPy's format come from. */
export interface Bytes {
  readonly size: number;
  /** Fewer where there are no more. */
  read(from: number, length: number): Promise<Buffer>;
}

/** Longer headers are no arrays of numbers. */
const longestHeader = 65_536;

const sizeOf = (shape: readonly number[]): number => shape.reduce((size, n) => size * n, 1);

/** What stands before the numbers: `{'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), }`. */
async function readHeader(bytes: Bytes, where: string) {
  const refuse = (why: string) =>
    unusable(`${where} cannot be read (${why})`, "an array of numbers in NumPy's format");
  const start = await bytes.read(0, 12);
  if (start.length < 10 || start.toString("latin1", 0, 6) !== "\x93NUMPY") {
    throw refuse("Not an .npy file");
  }
  const isShort = start[6] === 1;
  const from = isShort ? 10 : 12;
  const length = isShort ? start.readUInt16LE(8) : start.length < 12 ? -1 : start.readUInt32LE(8);
  if (length < 0 || length > longestHeader) throw refuse(`a header of ${length} bytes`);
  const text = (await bytes.read(from, length)).toString("latin1");
  const descr = /'descr'\s*:\s*(?:'([^']*)'|(\[[^\]]*\]))/u.exec(text);
  const fortran = /'fortran_order'\s*:\s*(True|False)/u.exec(text)?.[1];
  const shape = /'shape'\s*:\s*\(([^)]*)\)/u.exec(text)?.[1];
  if (descr === null || fortran === undefined || shape === undefined) {
    throw refuse("Malformed .npy header");
  }
  const lengths = shape
    .split(",")
    .map((part) => part.trim())
    .filter((part) => part !== "")
    .map(Number);
  if (!lengths.every((n) => Number.isSafeInteger(n) && n >= 0)) {
    throw unusable(`${where} has the shape [${lengths.join(", ")}]`, "whole numbers");
  }
  return {
    shape: lengths,
    isFirstFastest: fortran === "True" && lengths.length > 1,
    type: npyType(descr[1] ?? descr[2] ?? "", where),
    headerBytes: from + length,
  };
}

/**
 * Opens an array in NumPy's format. Pickled objects are refused: they could run code.
 *
 * @param where - named in errors.
 * @throws DataError for another format or type, or another number of bytes than its shape asks for.
 */
export async function openNpyBytes(bytes: Bytes, where: string): Promise<NpyFile> {
  const { shape, isFirstFastest, type, headerBytes } = await readHeader(bytes, where);
  const { itemBytes } = type;
  const expected = headerBytes + sizeOf(shape) * itemBytes;
  if (bytes.size !== expected) {
    throw unusable(
      `${where} has ${bytes.size} bytes`,
      `${expected}, for the shape [${shape.join(", ")}] in its header`,
    );
  }
  const strides = stridesOf(shape, isFirstFastest);
  return {
    path: where,
    shape,
    type: `${type.name}${isFirstFastest ? ", first axis fastest" : ""}`,
    read: (at) =>
      readStrided(
        {
          read: async (from, count) => {
            const part = await bytes.read(headerBytes + from * itemBytes, count * itemBytes);
            if (part.length === count * itemBytes) return type.decode(part);
            throw unusable(`${where} has fewer bytes than before`, "a file that stays as it is");
          },
        },
        shape,
        strides,
        at,
      ),
  };
}

/** The bytes of a file, which is open only while it is read. */
const bytesOfFile = (path: string, size: number): Bytes => ({
  size,
  read: async (from, length) => {
    const file = await open(path, "r");
    try {
      const into = Buffer.alloc(Math.max(0, Math.min(length, size - from)));
      let done = 0;
      while (done < into.length) {
        const { bytesRead } = await file.read(into, done, into.length - done, from + done);
        if (bytesRead === 0) break;
        done += bytesRead;
      }
      return into.subarray(0, done);
    } finally {
      await file.close();
    }
  },
});

/** Bytes in memory. Each part is a copy. */
export const bytesOf = (all: Uint8Array): Bytes => ({
  size: all.length,
  read: async (from, length) => Buffer.from(all.subarray(from, from + length)),
});

/**
 * Opens an `.npy` file; its numbers stay on disk until they are asked for.
 *
 * @throws DataError as `openNpyBytes` does.
 */
export async function openNpy(path: string): Promise<NpyFile> {
  return openNpyBytes(bytesOfFile(path, (await stat(path)).size), path);
}
