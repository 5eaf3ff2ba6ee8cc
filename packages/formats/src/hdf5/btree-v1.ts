import type { ChunkLayout, StoredChunk } from "./chunk-layout.ts";
import { damaged } from "./file-bytes.ts";

/**
 * The chunks in a B-tree of version 1, which every file but those of `libver="latest"` has.
 *
 * @param chunkShape - of which the keys count in elements, not in chunks.
 * @see HDF5 File Format Specification Version 3.0, III.A.1
 */
export function* btreeV1Chunks(
  { file, address: root, grid }: ChunkLayout,
  chunkShape: readonly number[],
): Generator<StoredChunk> {
  const rank = grid.length;
  const { address: addressBytes } = file.sizes;
  const keyBytes = 8 + 8 * (rank + 1);
  const headBytes = 8 + 2 * addressBytes;
  // Every node takes bytes of its own, so a tree with more of them goes round in a circle.
  let nodesLeft = file.size / headBytes;
  function* node(at: number | null, expectedLevel: number | null): Generator<StoredChunk> {
    if (nodesLeft-- <= 0) throw damaged(file.path, "its index of chunks goes round in a circle");
    const head = file.at(at, headBytes);
    const [signature, type] = [head.text(4), head.count(1)];
    const [level, entries] = [head.count(1), head.count(2)];
    if (signature !== "TREE" || type !== 1 || level !== (expectedLevel ?? level)) {
      throw damaged(file.path, "its index of chunks is not one");
    }
    const body = file.at((at as number) + headBytes, entries * (keyBytes + addressBytes));
    for (let entry = 0; entry < entries; entry++) {
      const bytes = body.count(4);
      body.skip(4);
      const offsets = Array.from({ length: rank }, () => body.count(8));
      body.skip(8);
      const address = body.count(addressBytes);
      if (level > 0) yield* node(address, level - 1);
      else
        yield {
          at: offsets.map((offset, axis) => offset / (chunkShape[axis] as number)),
          address,
          bytes,
        };
    }
  }
  if (root !== null) yield* node(root, null);
}
