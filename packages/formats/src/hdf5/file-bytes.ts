import { readSync } from "node:fs";
import type { DataError } from "@eddyflow/core";
import { unusable } from "../source.ts";

/** Bytes of a structure, taken from front to back. */
export interface Cursor {
  /** The next unsigned number of this many bytes, little-endian; `null` where all of its bits are set. */
  number(bytes: number): number | null;
  /** The same, of what must be a number. @throws DataError where all bits are set. */
  count(bytes: number): number;
  text(bytes: number): string;
  /** The next bytes as a cursor of their own. */
  part(bytes: number): Cursor;
  skip(bytes: number): void;
  readonly left: number;
}

/** An HDF5 file, as far as its structures say where they lie. */
export interface FileBytes {
  readonly path: string;
  readonly size: number;
  /** How many bytes addresses and lengths have. */
  readonly sizes: { readonly address: number; readonly length: number };
  /** @param address - counted from where the superblock lies. @throws DataError where the file ends before. */
  at(address: number | null, length: number): Cursor;
}

/** The signature of an HDF5 file, "\x89HDF\r\n\x1a\n". */
export const hdf5Signature: readonly number[] = [0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a];

/** The error for a structure that makes no sense. */
export const damaged = (path: string, what: string): DataError =>
  unusable(`${path} is damaged: ${what}`, "a whole HDF5 file");

function cursorOf(bytes: Buffer, path: string): Cursor {
  let at = 0;
  const take = (length: number): Buffer => {
    if (!(length >= 0) || at + length > bytes.length)
      throw damaged(path, "a structure is cut short");
    at += length;
    return bytes.subarray(at - length, at);
  };
  const number = (length: number): number | null => {
    const taken = take(length);
    if (length > 0 && taken.every((byte) => byte === 0xff)) return null;
    return taken.reduceRight((sum, byte) => sum * 256 + byte, 0);
  };
  return {
    number,
    count: (length) => {
      const found = number(length);
      if (found !== null && Number.isSafeInteger(found)) return found;
      throw damaged(path, "a number is out of range");
    },
    text: (length) => take(length).toString("latin1"),
    part: (length) => cursorOf(take(length), path),
    skip: (length) => {
      take(length);
    },
    get left() {
      return bytes.length - at;
    },
  };
}

/**
 * The bytes of an open HDF5 file.
 *
 * The HDF Group, HDF5 File Format Specification Version 3.0, II.A (superblock).
 */
export function fileBytes(path: string, file: number, size: number): FileBytes {
  const raw = (from: number, length: number): Buffer => {
    if (!(from >= 0) || !(length >= 0) || from + length > size) {
      throw damaged(path, `it names bytes behind its end of ${size}`);
    }
    const bytes = Buffer.alloc(length);
    const read = readSync(file, bytes, 0, length, from);
    if (read === length) return bytes;
    throw damaged(path, "it was cut short since it was opened");
  };
  // Something else may lie before the superblock, of 512, 1024, 2048 … bytes.
  const superblock = (from = 0): number => {
    if (from + 16 > size) throw unusable(`${path} has no HDF5 signature`, "an HDF5 file");
    if (raw(from, 8).equals(Buffer.from(hdf5Signature))) return from;
    return superblock(from === 0 ? 512 : 2 * from);
  };
  const start = superblock();
  const head = cursorOf(raw(start + 8, 8), path);
  const version = head.count(1);
  if (version < 2) head.skip(4);
  const sizes = { address: head.count(1), length: head.count(1) };
  if (![2, 4, 8].includes(sizes.address) || ![2, 4, 8].includes(sizes.length)) {
    throw damaged(path, `its addresses have ${sizes.address} bytes`);
  }
  return {
    path,
    size,
    sizes,
    at: (address, length) => {
      if (address === null) throw damaged(path, "an address is missing");
      return cursorOf(raw(start + address, length), path);
    },
  };
}
