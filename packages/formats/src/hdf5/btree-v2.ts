import type { ChunkLayout, StoredChunk } from "./chunk-layout.ts";
import { type Cursor, damaged } from "./file-bytes.ts";

/** Signature, version, type and checksum of a node. */
const nodeOverhead = 10;

/** Bytes that a number up to this limit takes. */
const bytesFor = (limit: number): number => Math.floor(Math.log2(limit) / 8) + 1;

/**
 * The chunks in a B-tree of version 2, in which several axes may grow without limit.
 *
 * @see HDF5 File Format Specification Version 3.0, III.A.2
 */
export function* btreeV2Chunks(layout: ChunkLayout): Generator<StoredChunk> {
  const { file, filtered, chunkBytes, grid } = layout;
  if (layout.address === null) return;
  const { address: addressBytes, length: lengthBytes } = file.sizes;
  const wrong = () => damaged(file.path, "its index of chunks is not one");
  const head = file.at(layout.address, 16 + addressBytes + 2 + lengthBytes);
  if (head.text(4) !== "BTHD") throw wrong();
  head.skip(2);
  const nodeBytes = head.count(4);
  const recordBytes = head.count(2);
  const depth = head.count(2);
  head.skip(2);
  const root = head.number(addressBytes);
  const rootRecords = head.count(2);
  const sizeBytes = recordBytes - addressBytes - 4 - 8 * grid.length;
  if (recordBytes === 0 || (filtered && (sizeBytes < 1 || sizeBytes > 8)) || nodeBytes > file.size)
    throw wrong();

  // The width of the counts in a pointer to a node follows from how many records fit there.
  const largestLeaf = Math.floor((nodeBytes - nodeOverhead) / recordBytes);
  const countBytes = bytesFor(largestLeaf);
  const totals = [largestLeaf];
  const totalBytes = [0];
  for (let level = 1; level <= depth; level++) {
    const pointer = addressBytes + countBytes + (totalBytes[level - 1] as number);
    const largest = Math.floor((nodeBytes - nodeOverhead - pointer) / (recordBytes + pointer));
    const total = (largest + 1) * (totals[level - 1] as number) + largest;
    if (!(largest > 0) || !(total < Number.MAX_SAFE_INTEGER)) throw wrong();
    totals.push(total);
    totalBytes.push(bytesFor(total));
  }
  const record = (body: Cursor): StoredChunk => {
    const address = body.count(addressBytes);
    const bytes = filtered ? body.count(sizeBytes) : chunkBytes;
    if (filtered) body.skip(4);
    return { at: Array.from(grid, () => body.count(8)), address, bytes };
  };
  let nodesLeft = file.size / nodeOverhead;
  function* node(at: number | null, records: number, level: number): Generator<StoredChunk> {
    if (nodesLeft-- <= 0) throw damaged(file.path, "its index of chunks goes round in a circle");
    const body = file.at(at, nodeBytes);
    if (body.text(4) !== (level > 0 ? "BTIN" : "BTLF")) throw wrong();
    body.skip(2);
    for (let i = 0; i < records; i++) yield record(body);
    for (let i = 0; level > 0 && i <= records; i++) {
      const child = body.number(addressBytes);
      const below = body.count(countBytes);
      body.skip(totalBytes[level - 1] as number);
      yield* node(child, below, level - 1);
    }
  }
  if (root !== null) yield* node(root, rootRecords, depth);
}
