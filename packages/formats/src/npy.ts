import { open, stat } from "node:fs/promises";
import { unusable } from "./source.ts";

/** An array of numbers, the last axis fastest. */
export interface NpyArray {
  readonly shape: readonly number[];
  readonly data: ArrayLike<number>;
}

/** An array in a file, of which parts are read. */
export interface NpyFile {
  readonly path: string;
  readonly shape: readonly number[];
  /** The part at these indices along the first axes. @throws DataError where the file was cut short since. */
  read(at: readonly number[]): Promise<ArrayLike<number>>;
}

const numberTypes = /^(?:b1|[iu][1248]|f[248])$/u;
const prefixBytes = 12;

const sizeOf = (shape: readonly number[]): number => shape.reduce((size, n) => size * n, 1);

/** Length of the header and of what comes before it. Its size is in two bytes in version 1, in four later. */
function headerBytes(start: Uint8Array): number {
  const view = new DataView(start.buffer, start.byteOffset, start.byteLength);
  return view.getUint8(6) === 1 ? 10 + view.getUint16(8, true) : 12 + view.getUint32(8, true);
}

/** What the header says, and the numbers after it, which may be a part of the array. */
async function decode(bytes: Uint8Array<ArrayBuffer>, where: string) {
  const { parse } = await import("npyjs");
  const parsed = (() => {
    try {
      const { buffer, byteOffset, byteLength } = bytes;
      return parse(buffer.slice(byteOffset, byteOffset + byteLength));
    } catch (error) {
      throw unusable(
        `${where} cannot be read (${(error as Error).message})`,
        "an array of numbers in NumPy's format",
        error,
      );
    }
  })();
  const { dtype, fortranOrder, shape } = parsed;
  if (!numberTypes.test(dtype)) {
    throw unusable(`${where} is of type "${dtype}"`, "real numbers, such as float32");
  }
  if (fortranOrder && shape.length > 1) {
    throw unusable(`${where} has its first axis fastest`, "an array in C order");
  }
  if (!shape.every((length) => Number.isSafeInteger(length) && length >= 0)) {
    throw unusable(`${where} has the shape [${shape.join(", ")}]`, "whole numbers");
  }
  const data = parsed.data as unknown as ArrayLike<number | bigint | boolean>;
  const isPlain = !/^(?:b1|[iu]8)$/u.test(dtype);
  return {
    shape,
    itemBytes: Number(dtype.slice(1)),
    data: isPlain ? (data as ArrayLike<number>) : Array.from(data, Number),
  };
}

/**
 * Reads an array from the bytes of a whole `.npy` file. Pickled objects are refused: they could run code.
 *
 * @param where - the file, named in errors.
 * @throws DataError for another format or type, or another number of values than its shape has.
 */
export async function parseNpy(bytes: Uint8Array<ArrayBuffer>, where: string): Promise<NpyArray> {
  const { shape, data } = await decode(bytes, where);
  if (data.length === sizeOf(shape)) return { shape, data };
  throw unusable(`${where} has ${data.length} values`, `${sizeOf(shape)}, as its header says`);
}

async function readBytes(path: string, from: number, length: number, into: Uint8Array) {
  const file = await open(path, "r");
  try {
    const { bytesRead } = await file.read(into, 0, length, from);
    return bytesRead;
  } finally {
    await file.close();
  }
}

/**
 * Opens an `.npy` file; its numbers stay on disk until they are asked for.
 *
 * @throws DataError for another format or type, or a file that is shorter or longer than its shape asks for.
 */
export async function openNpy(path: string): Promise<NpyFile> {
  const start = new Uint8Array(prefixBytes);
  const bytes = (await stat(path)).size;
  await readBytes(path, 0, prefixBytes, start);
  const header = new Uint8Array(Math.min(headerBytes(start), bytes));
  await readBytes(path, 0, header.length, header);
  const { shape, itemBytes } = await decode(header, path);
  const expected = header.length + sizeOf(shape) * itemBytes;
  if (bytes !== expected) {
    throw unusable(
      `${path} has ${bytes} bytes`,
      `${expected}, for the shape [${shape.join(", ")}] in its header`,
    );
  }
  return {
    path,
    shape,
    read: async (at) => {
      const size = sizeOf(shape.slice(at.length)) * itemBytes;
      const index = at.reduce((sum, i, axis) => sum * (shape[axis] as number) + i, 0);
      const part = new Uint8Array(header.length + size);
      part.set(header);
      const where = `${path}[${at.join(", ")}]`;
      const there = await readBytes(
        path,
        header.length + index * size,
        size,
        part.subarray(header.length),
      );
      if (there !== size) throw unusable(`${where} has ${there} bytes`, `${size}`);
      return (await decode(part, where)).data;
    },
  };
}
