import { type FileHandle, open } from "node:fs/promises";
import { writeWhole } from "@eddyflow/datasets";

type Plain = boolean | number | bigint | string;

/** Booleans as h5py's, numbers as float64, bigints as int64, texts in UTF-8; alone or in a list of one kind. */
type Hdf5Attribute = Plain | readonly Plain[];

/** An array in one piece. */
export interface Hdf5Dataset {
  readonly attributes: Readonly<Record<string, Hdf5Attribute>>;
  readonly type: "float32" | "bool";
  readonly shape: readonly number[];
  /** Given where they are known from the start; otherwise zeros until they are written. */
  readonly values?: readonly number[];
}

export interface Hdf5Group {
  readonly attributes: Readonly<Record<string, Hdf5Attribute>>;
  readonly members: Readonly<Record<string, Hdf5Group | Hdf5Dataset>>;
}

/** Writes values of a dataset, from its n-th on. */
export type WriteValues = (dataset: string, from: number, values: Float32Array) => Promise<void>;

const undefinedAddress = 2n ** 64n - 1n;
const superblockBytes = 48;
const itemBytes = { float32: 4, bool: 1 } as const;

/** The size of the smallest global heap that the library accepts, in bytes. */
const smallestHeap = 4096;

const le = (value: number | bigint, size: number): number[] =>
  Array.from({ length: size }, (_, i) => Number((BigInt(value) >> BigInt(8 * i)) & 255n));
const utf8 = (text: string): number[] => [...new TextEncoder().encode(text)];
const roundUp = (size: number, to: number): number => Math.ceil(size / to) * to;
const padded = (bytes: readonly number[], to = 8): number[] => [
  ...bytes,
  ...new Array<number>(roundUp(bytes.length, to) - bytes.length).fill(0),
];
const sizeOf = (shape: readonly number[]): number => shape.reduce((size, n) => size * n, 1);

const integer = (bytes: number, signed: boolean): number[] => [
  ...[0x10, signed ? 8 : 0, 0, 0, ...le(bytes, 4)],
  ...[...le(0, 2), ...le(8 * bytes, 2)],
];

/** Datatype messages (class and version, class bits, size, properties). */
const datatypes = {
  float32: [
    ...[0x11, 0x20, 31, 0, ...le(4, 4), ...le(0, 2), ...le(32, 2)],
    ...[23, 8, 0, 23, ...le(127, 4)],
  ],
  float64: [
    ...[0x11, 0x20, 63, 0, ...le(8, 4), ...le(0, 2), ...le(64, 2)],
    ...[52, 11, 0, 52, ...le(1023, 4)],
  ],
  int64: integer(8, true),
  // An enumeration, as h5py has it.
  bool: [
    ...[0x18, 2, 0, 0, ...le(1, 4), ...integer(1, true)],
    ...[...padded(utf8("FALSE\0")), ...padded(utf8("TRUE\0")), 0, 1],
  ],
  // Of variable length, ended by a zero, in UTF-8; the characters lie in the global heap.
  text: [0x19, 1, 1, 0, ...le(16, 4), ...integer(1, false)],
} as const;

const dataspace = (shape: readonly number[] | null): number[] =>
  shape === null ? [2, 0, 0, 0] : [2, shape.length, 0, 1, ...shape.flatMap((n) => le(n, 8))];

/**
 * The checksum of HDF5's metadata: Jenkins' lookup3 with the initial value 0.
 *
 * B. Jenkins, http://burtleburtle.net/bob/c/lookup3.c (public domain).
 */
function checksum(bytes: readonly number[]): number[] {
  const word = (at: number) =>
    [0, 1, 2, 3].reduce((sum, i) => sum | ((bytes[at + i] ?? 0) << (8 * i)), 0);
  const turn = (x: number, k: number) => (x << k) | (x >>> (32 - k));
  let [a, b, c] = new Array<number>(3).fill((0xdeadbeef + bytes.length) | 0) as [
    number,
    number,
    number,
  ];
  let at = 0;
  for (; bytes.length - at > 12; at += 12) {
    a = (a + word(at)) | 0;
    b = (b + word(at + 4)) | 0;
    c = (c + word(at + 8)) | 0;
    for (const [first, second, third] of [
      [4, 6, 8],
      [16, 19, 4],
    ] as const) {
      a = ((a - c) ^ turn(c, first)) | 0;
      c = (c + b) | 0;
      b = ((b - a) ^ turn(a, second)) | 0;
      a = (a + c) | 0;
      c = ((c - b) ^ turn(b, third)) | 0;
      b = (b + a) | 0;
    }
  }
  a = (a + word(at)) | 0;
  b = (b + word(at + 4)) | 0;
  c = (c + word(at + 8)) | 0;
  c = ((c ^ b) - turn(b, 14)) | 0;
  a = ((a ^ c) - turn(c, 11)) | 0;
  b = ((b ^ a) - turn(a, 25)) | 0;
  c = ((c ^ b) - turn(b, 16)) | 0;
  a = ((a ^ c) - turn(c, 4)) | 0;
  b = ((b ^ a) - turn(a, 14)) | 0;
  c = ((c ^ b) - turn(b, 24)) | 0;
  return le(c >>> 0, 4);
}

const message = (type: number, data: readonly number[]): number[] => [
  ...[type, ...le(data.length, 2), 0],
  ...data,
];

const objectHeader = (messages: readonly number[]): number[] => {
  const bytes = [...utf8("OHDR"), 2, 2, ...le(messages.length, 4), ...messages];
  return [...bytes, ...checksum(bytes)];
};

interface Layout {
  /** Everything but the values of datasets. */
  readonly metadata: readonly number[];
  /** Where each dataset's values begin. */
  readonly offsets: ReadonlyMap<string, number>;
  readonly fileBytes: number;
}

/** The object headers from byte 48 on, as they are where the heap and the values lie at these addresses. */
function placeObjects(root: Hdf5Group, heapAddress: number, valuesAddress: number) {
  const headers: number[] = [];
  const texts: (readonly number[])[] = [];
  const offsets = new Map<string, number>();
  let nextValues = valuesAddress;
  const place = (messages: readonly number[]): number => {
    const address = superblockBytes + headers.length;
    for (const byte of padded(objectHeader(messages))) headers.push(byte);
    return address;
  };
  const encode = (value: Plain): number[] => {
    if (typeof value === "boolean") return [value ? 1 : 0];
    if (typeof value === "bigint") return le(value, 8);
    if (typeof value === "number") return [...new Uint8Array(Float64Array.of(value).buffer)];
    const bytes = utf8(value);
    if (bytes.length === 0) return le(0, 16);
    texts.push(bytes);
    return [...le(bytes.length, 4), ...le(heapAddress, 8), ...le(texts.length, 4)];
  };
  const attribute = (name: string, value: Hdf5Attribute): number[] => {
    const list: readonly Plain[] = Array.isArray(value) ? value : [value as Plain];
    // h5py makes an empty list one of float64.
    const kind = { boolean: "bool", bigint: "int64", string: "text" } as const;
    const type = datatypes[kind[typeof list[0] as keyof typeof kind] ?? "float64"];
    const space = dataspace(Array.isArray(value) ? [list.length] : null);
    const key = [...utf8(name), 0];
    return message(12, [
      ...[3, 0, ...le(key.length, 2), ...le(type.length, 2), ...le(space.length, 2), 1],
      ...[...key, ...type, ...space, ...list.flatMap(encode)],
    ]);
  };
  const attributes = (of: Hdf5Group | Hdf5Dataset) =>
    Object.entries(of.attributes).flatMap(([name, value]) => attribute(name, value));
  const dataset = (of: Hdf5Dataset, path: string): number => {
    const bytes = sizeOf(of.shape) * itemBytes[of.type];
    const address = nextValues;
    offsets.set(path, address);
    nextValues = roundUp(address + bytes, 8);
    return place([
      ...message(1, of.shape.length === 0 ? dataspace(null) : dataspace(of.shape)),
      ...message(3, datatypes[of.type]),
      // Space is taken late, and filled where a value is set, which none is.
      ...message(5, [3, 10]),
      ...message(8, [
        3,
        1,
        ...(bytes === 0 ? le(undefinedAddress, 8) : le(address, 8)),
        ...le(bytes, 8),
      ]),
      ...attributes(of),
    ]);
  };
  const group = (of: Hdf5Group, path: string): number => {
    // Members come first, so that their addresses are known.
    const links = Object.entries(of.members).flatMap(([name, member]) => {
      const own = path === "" ? name : `${path}/${name}`;
      const address = "members" in member ? group(member, own) : dataset(member, own);
      const key = utf8(name);
      return message(6, [1, 0x11, 1, ...le(key.length, 2), ...key, ...le(address, 8)]);
    });
    return place([
      ...message(2, [0, 0, ...le(undefinedAddress, 8), ...le(undefinedAddress, 8)]),
      ...message(10, [0, 0]),
      ...links,
      ...attributes(of),
    ]);
  };
  const rootAddress = group(root, "");
  return { headers, texts, offsets, rootAddress, end: nextValues };
}

function heapOf(texts: readonly (readonly number[])[]): number[] {
  const objects = texts.flatMap((text, i) => [
    ...[...le(i + 1, 2), ...le(1, 2), ...le(0, 4), ...le(text.length, 8)],
    ...padded(text),
  ]);
  const size = roundUp(Math.max(smallestHeap, 16 + objects.length + 16), smallestHeap);
  const free = size - 16 - objects.length;
  const bytes = [
    ...[...utf8("GCOL"), 1, 0, 0, 0, ...le(size, 8), ...objects],
    ...[...le(0, 8), ...le(free, 8)],
  ];
  return padded(bytes, size);
}

/** Superblock, object headers, texts, then the values of the datasets, each in one piece. */
function layOut(root: Hdf5Group): Layout {
  const { headers, texts } = placeObjects(root, 0, 0);
  const heapAddress = superblockBytes + headers.length;
  const heap = heapOf(texts);
  const placed = placeObjects(root, heapAddress, heapAddress + heap.length);
  const superblock = [
    ...[0x89, ...utf8("HDF\r\n"), 0x1a, 0x0a, 2, 8, 8, 0, ...le(0, 8), ...le(undefinedAddress, 8)],
    ...[...le(placed.end, 8), ...le(placed.rootAddress, 8)],
  ];
  return {
    metadata: [...superblock, ...checksum(superblock), ...placed.headers, ...heap],
    offsets: placed.offsets,
    fileBytes: placed.end,
  };
}

async function writeAll(file: FileHandle, bytes: Uint8Array, at: number): Promise<void> {
  for (let done = 0; done < bytes.length; ) {
    const { bytesWritten } = await file.write(bytes, done, bytes.length - done, at + done);
    done += bytesWritten;
  }
}

function* knownValues(group: Hdf5Group, path = ""): Generator<[string, Hdf5Dataset]> {
  for (const [name, member] of Object.entries(group.members)) {
    const own = path === "" ? name : `${path}/${name}`;
    if ("members" in member) yield* knownValues(member, own);
    else if (member.values !== undefined) yield [own, member];
  }
}

/**
 * Writes an HDF5 file (superblock of version 2, HDF5 ≥ 1.8) of which everything but the values is known from the
 * start. Every dataset lies in one piece, so each call writes its values where they belong, and only the values of
 * one call are in memory. h5wasm, which reads these files here, cannot write booleans, nor more than its heap of
 * 2 GiB holds. The file appears under its name when it is complete and on the disk.
 *
 * The HDF Group, HDF5 File Format Specification Version 3.0.
 *
 * @param fill - writes the values that `root` does not have.
 * @throws whatever `fill` throws; nothing is left of the file then.
 */
export async function writeHdf5(
  path: string,
  root: Hdf5Group,
  fill: (write: WriteValues) => Promise<void> = async () => undefined,
): Promise<void> {
  const { metadata, offsets, fileBytes } = layOut(root);
  await writeWhole(path, async (partial) => {
    const file = await open(partial, "wx");
    try {
      await file.truncate(fileBytes);
      await writeAll(file, Uint8Array.from(metadata), 0);
      for (const [name, { type, values = [] }] of knownValues(root)) {
        const bytes =
          type === "bool"
            ? Uint8Array.from(values)
            : new Uint8Array(Float32Array.from(values).buffer);
        await writeAll(file, bytes, offsets.get(name) as number);
      }
      await fill(async (dataset, from, values) => {
        const { buffer, byteOffset, byteLength } = values;
        const at = (offsets.get(dataset) as number) + 4 * from;
        await writeAll(file, new Uint8Array(buffer, byteOffset, byteLength), at);
      });
      await file.sync();
    } finally {
      await file.close();
    }
  });
}
