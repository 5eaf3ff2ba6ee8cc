import type { ChunkEntry, ChunkLayout, StoredChunk } from "./chunk-layout.ts";
import { type Cursor, damaged, type FileBytes } from "./file-bytes.ts";

/** Signature, version and what the array is of. */
const prefixBytes = 6;
const checksumBytes = 4;

const wrong = ({ path }: FileBytes) => damaged(path, "its index of chunks is not one");

/** Checks how a block of an array begins. */
function opened(file: FileBytes, body: Cursor, signature: string): Cursor {
  if (body.text(4) !== signature) throw wrong(file);
  body.skip(prefixBytes - 4);
  return body;
}

/** Reads elements of an array, one after the other. */
function elementsOf({ file, filtered, chunkBytes }: ChunkLayout, elementBytes: number) {
  const { address: addressBytes } = file.sizes;
  const sizeBytes = elementBytes - addressBytes - 4;
  if (filtered ? sizeBytes < 1 || sizeBytes > 8 : elementBytes !== addressBytes) throw wrong(file);
  return function* (body: Cursor, count: number): Generator<ChunkEntry> {
    for (let i = 0; i < count; i++) {
      const address = body.number(addressBytes);
      const bytes = filtered ? (body.number(sizeBytes) ?? 0) : chunkBytes;
      if (filtered) body.skip(4);
      yield { address, bytes };
    }
  };
}

const unwritten: ChunkEntry = { address: null, bytes: 0 };
function* unwrittenOnes(count: number): Generator<ChunkEntry> {
  for (let i = 0; i < count; i++) yield unwritten;
}

/** Whether the n-th bit is set; the first is the highest of the first byte. */
const bit = (bytes: readonly number[], n: number): boolean =>
  ((bytes[n >> 3] ?? 0) & (0x80 >> (n & 7))) !== 0;

/** The places of a growing grid of chunks, in the order of its array: an axis without limit comes first. */
function placesOf({ file, grid, largestGrid }: ChunkLayout): (index: number) => readonly number[] {
  const endless = Math.max(0, largestGrid.indexOf(null));
  const order = [endless, ...grid.keys()].filter((axis, i) => i === 0 || axis !== endless);
  const sizes = order.map((axis) => largestGrid[axis] ?? Number.POSITIVE_INFINITY);
  if (sizes.slice(1).some((size) => !(size > 0 && Number.isFinite(size)))) throw wrong(file);
  return (index) => {
    const at = new Array<number>(grid.length);
    let rest = index;
    for (let i = order.length - 1; i > 0; i--) {
      at[order[i] as number] = rest % (sizes[i] as number);
      rest = Math.floor(rest / (sizes[i] as number));
    }
    at[order[0] as number] = rest;
    return at;
  };
}

/** What is written of the elements, with its places. */
function* placed(layout: ChunkLayout, entries: Iterable<ChunkEntry>): Generator<StoredChunk> {
  const placeOf = placesOf(layout);
  let index = 0;
  for (const { address, bytes } of entries) {
    if (address !== null) yield { at: placeOf(index), address, bytes };
    index++;
  }
}

/**
 * The chunks in a fixed array, for axes that do not grow.
 *
 * @see HDF5 File Format Specification Version 3.0, VII.C
 */
export function* fixedArrayChunks(layout: ChunkLayout): Generator<StoredChunk> {
  const { file } = layout;
  if (layout.address === null) return;
  const { address: addressBytes, length: lengthBytes } = file.sizes;
  const head = opened(file, file.at(layout.address, 8 + lengthBytes + addressBytes), "FAHD");
  const elementBytes = head.count(1);
  const pageElements = 2 ** head.count(1);
  const elements = head.count(lengthBytes);
  const block = head.number(addressBytes);
  const read = elementsOf(layout, elementBytes);
  if (block === null) return;
  const start = prefixBytes + addressBytes;
  const isPaged = elements > pageElements;
  const pages = isPaged ? Math.ceil(elements / pageElements) : 0;
  const bitmapBytes = Math.ceil(pages / 8);
  function* all(): Generator<ChunkEntry> {
    const body = opened(
      file,
      file.at(block, start + (isPaged ? bitmapBytes : elements * elementBytes)),
      "FADB",
    );
    body.skip(addressBytes);
    if (!isPaged) return yield* read(body, elements);
    const written = Array.from({ length: bitmapBytes }, () => body.number(1) ?? 255);
    let at = (block as number) + start + bitmapBytes + checksumBytes;
    for (let page = 0; page < pages; page++) {
      const count = Math.min(pageElements, elements - page * pageElements);
      yield* bit(written, page)
        ? read(file.at(at, count * elementBytes), count)
        : unwrittenOnes(count);
      at += pageElements * elementBytes + checksumBytes;
    }
  }
  yield* placed(layout, all());
}

/**
 * The chunks in an extensible array, for one axis that grows without limit.
 *
 * @see HDF5 File Format Specification Version 3.0, VII.D
 */
export function* extensibleArrayChunks(layout: ChunkLayout): Generator<StoredChunk> {
  const { file } = layout;
  if (layout.address === null) return;
  const { address: addressBytes, length: lengthBytes } = file.sizes;
  const head = opened(file, file.at(layout.address, 12 + 6 * lengthBytes + addressBytes), "EAHD");
  const elementBytes = head.count(1);
  const largestBits = head.count(1);
  const inIndex = head.count(1);
  const leastElements = head.count(1);
  const leastPointers = head.count(1);
  const pageElements = 2 ** head.count(1);
  head.skip(4 * lengthBytes);
  const used = head.count(lengthBytes);
  head.skip(lengthBytes);
  const index = head.number(addressBytes);
  const read = elementsOf(layout, elementBytes);
  if (index === null) return;
  const isPower = (n: number) => n > 0 && Number.isInteger(Math.log2(n));
  if (!isPower(leastElements) || !isPower(leastPointers) || largestBits > 64) throw wrong(file);
  const offsetBytes = Math.ceil(largestBits / 8);
  const superBlocks = 1 + largestBits - Math.log2(leastElements);
  const directBlocks = 2 * Math.log2(leastPointers);
  const directPointers = 2 * (leastPointers - 1);
  const start = prefixBytes + addressBytes;

  function* dataBlock(
    at: number | null,
    count: number,
    written: (page: number) => boolean,
  ): Generator<ChunkEntry> {
    if (at === null) return yield* unwrittenOnes(count);
    const dataStart = start + offsetBytes;
    const isPaged = count > pageElements;
    const body = opened(
      file,
      file.at(at, dataStart + (isPaged ? 0 : count * elementBytes)),
      "EADB",
    );
    body.skip(addressBytes + offsetBytes);
    if (!isPaged) return yield* read(body, count);
    let from = at + dataStart + checksumBytes;
    for (let page = 0; page < count / pageElements; page++) {
      yield* written(page)
        ? read(file.at(from, pageElements * elementBytes), pageElements)
        : unwrittenOnes(pageElements);
      from += pageElements * elementBytes + checksumBytes;
    }
  }
  function* all(): Generator<ChunkEntry> {
    const pointers = directPointers + superBlocks - directBlocks;
    const body = opened(
      file,
      file.at(index, start + inIndex * elementBytes + pointers * addressBytes),
      "EAIB",
    );
    body.skip(addressBytes);
    yield* read(body, inIndex);
    for (let block = 0; block < superBlocks; block++) {
      const blocks = 2 ** Math.floor(block / 2);
      const elements = leastElements * 2 ** Math.ceil(block / 2);
      if (block < directBlocks) {
        for (let i = 0; i < blocks; i++)
          yield* dataBlock(body.number(addressBytes), elements, () => true);
        continue;
      }
      const at = body.number(addressBytes);
      if (at === null) {
        yield* unwrittenOnes(blocks * elements);
        continue;
      }
      const pages = elements > pageElements ? elements / pageElements : 0;
      const bitmapBytes = Math.ceil(pages / 8);
      const second = opened(
        file,
        file.at(at, start + offsetBytes + blocks * (bitmapBytes + addressBytes)),
        "EASB",
      );
      second.skip(addressBytes + offsetBytes);
      const written = Array.from({ length: blocks * bitmapBytes }, () => second.number(1) ?? 255);
      for (let i = 0; i < blocks; i++) {
        yield* dataBlock(second.number(addressBytes), elements, (page) =>
          bit(written.slice(i * bitmapBytes), page),
        );
      }
    }
  }
  function* inUse(): Generator<ChunkEntry> {
    let left = used;
    for (const entry of all()) {
      if (left-- <= 0) return;
      yield entry;
    }
  }
  yield* placed(layout, inUse());
}
