import { btreeV1Chunks } from "./btree-v1.ts";
import { btreeV2Chunks } from "./btree-v2.ts";
import { extensibleArrayChunks, fixedArrayChunks } from "./chunk-arrays.ts";
import type { ChunkLayout, StoredChunk } from "./chunk-layout.ts";
import { type Cursor, damaged, type FileBytes } from "./file-bytes.ts";

/** What the layout of a dataset does not say itself. */
type ChunkGrid = Omit<ChunkLayout, "file" | "address">;

/** Where the values of a dataset lie. */
export type Storage =
  | { readonly kind: "elsewhere" }
  | { readonly kind: "never written" }
  | { readonly kind: "in one piece" }
  | { readonly kind: "chunks"; chunks(grid: ChunkGrid): Iterable<StoredChunk> };

const message = { externalFiles: 0x07, layout: 0x08, continuation: 0x10 } as const;

interface Message {
  readonly type: number;
  readonly body: Cursor;
}

/** The messages of an object header, those of its continuations included. */
function* messagesOf(file: FileBytes, address: number): Generator<Message> {
  const { path, sizes } = file;
  // Every block takes bytes of its own, so an object with more of them goes round in a circle.
  let blocksLeft = file.size / 16;
  function* block(body: Cursor, version: 1 | 2, rest: number): Generator<Message> {
    if (blocksLeft-- <= 0) throw damaged(path, "an object goes round in a circle");
    while (body.left >= 4 + rest) {
      const type = body.count(version === 1 ? 2 : 1);
      const length = body.number(2) ?? 0xffff;
      body.skip(version === 1 ? 4 : 1 + rest);
      const own = body.part(length);
      if (type !== message.continuation) {
        yield { type, body: own };
        continue;
      }
      const next = file.at(own.count(sizes.address), own.count(sizes.length));
      if (version === 1) yield* block(next, version, rest);
      else if (next.text(4) !== "OCHK") throw damaged(path, "an object breaks off");
      else yield* block(next.part(next.left - 4), version, rest);
    }
  }
  const head = file.at(address, 16);
  const first = head.text(4);
  if (first !== "OHDR") {
    head.skip(4);
    return yield* block(file.at(address + 16, head.count(4)), 1, 4);
  }
  head.skip(1);
  const flags = head.number(1) ?? 0xff;
  const start = 6 + (flags & 0x20 ? 16 : 0) + (flags & 0x10 ? 4 : 0);
  const sizeBytes = 1 << (flags & 3);
  const length = file.at(address + start, sizeBytes).count(sizeBytes);
  yield* block(file.at(address + start + sizeBytes, length), 2, flags & 4 ? 2 : 0);
}

const chunked = (chunks: (grid: ChunkGrid) => Iterable<StoredChunk>): Storage => ({
  kind: "chunks",
  chunks,
});

/** The chunk that is the whole dataset, or several that lie one behind the other, without an index. */
function* chunksInARow(
  { address, grid, chunkBytes }: ChunkLayout,
  bytes = chunkBytes,
): Generator<StoredChunk> {
  if (address === null) return;
  const count = grid.reduce((product, n) => product * n, 1);
  for (let index = 0; index < count; index++) {
    let rest = index;
    const at = grid.map(() => 0);
    for (let axis = grid.length - 1; axis >= 0; axis--) {
      at[axis] = rest % (grid[axis] as number);
      rest = Math.floor(rest / (grid[axis] as number));
    }
    yield { at, address: address + index * chunkBytes, bytes };
  }
}

const piece = (address: number | null): Storage => ({
  kind: address === null ? "never written" : "in one piece",
});

/** Chunks with one of the five indices of versions 4 and 5. */
function indexedChunks(file: FileBytes, body: Cursor): Storage {
  const { address: addressBytes, length: lengthBytes } = file.sizes;
  const flags = body.number(1) ?? 0xff;
  const rank = body.count(1);
  body.skip(rank * body.count(1));
  const index = body.count(1);
  const isFilteredSingle = index === 1 && (flags & 2) !== 0;
  const stored = isFilteredSingle ? body.count(lengthBytes) : undefined;
  body.skip({ 1: isFilteredSingle ? 4 : 0, 2: 0, 3: 1, 4: 5, 5: 6 }[index] ?? 0);
  const address = body.number(addressBytes);
  return chunked((grid) => {
    const layout: ChunkLayout = { ...grid, file, address };
    if (index === 1) return chunksInARow(layout, stored);
    if (index === 2) return chunksInARow(layout);
    if (index === 3) return fixedArrayChunks(layout);
    if (index === 4) return extensibleArrayChunks(layout);
    if (index === 5) return btreeV2Chunks(layout);
    throw damaged(file.path, `it has an index of chunks of the unknown kind ${index}`);
  });
}

function storageIn(file: FileBytes, body: Cursor): Storage {
  const { address: addressBytes } = file.sizes;
  const version = body.count(1);
  const [inHeader, contiguous, chunks, virtual] = [0, 1, 2, 3];
  const rank = version < 3 ? body.count(1) : 0;
  const kind = body.count(1);
  if (version < 3) body.skip(5);
  if (kind === virtual) return { kind: "elsewhere" };
  if (kind === inHeader) return { kind: "in one piece" };
  if (kind === contiguous) return piece(body.number(addressBytes));
  if (kind !== chunks) throw damaged(file.path, `it has data in the unknown layout ${kind}`);
  if (version > 3) return indexedChunks(file, body);
  const axes = (version < 3 ? rank : body.count(1)) - 1;
  const address = body.number(addressBytes);
  if (axes > 32) throw damaged(file.path, `it has data with ${axes} axes`);
  const chunkShape = Array.from({ length: axes }, () => body.count(4));
  return chunked((grid) => btreeV1Chunks({ ...grid, file, address }, chunkShape));
}

/**
 * Where the values of the dataset at an address lie. The library that reads them does not say which of its chunks were
 * never written, nor in which other files the values are.
 *
 * @see HDF5 File Format Specification Version 3.0, IV.A
 * @throws DataError where its structures are damaged.
 */
export function storageAt(file: FileBytes, address: number): Storage {
  let found: Storage | null = null;
  for (const { type, body } of messagesOf(file, address)) {
    if (type === message.externalFiles) return { kind: "elsewhere" };
    if (type === message.layout) found = storageIn(file, body);
  }
  if (found === null) throw damaged(file.path, "a dataset does not say where its values lie");
  return found;
}
