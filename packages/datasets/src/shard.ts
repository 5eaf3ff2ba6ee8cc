import { crc32c, fitsCrc32c, withCrc32c } from "./crc32c.ts";

/** Bytes of a checksum, and of a part's place in the index: its offset and its length. */
const [sumBytes, placeBytes] = [4, 16];

/** The codecs of a shard whose parts, of this shape, are little-endian numbers with a CRC32C each. */
export function shardCodecs(partShape: readonly number[]): readonly object[] {
  const summed = [{ name: "bytes", configuration: { endian: "little" } }, { name: "crc32c" }];
  const configuration = {
    chunk_shape: partShape,
    codecs: summed,
    index_codecs: summed,
    index_location: "end",
  };
  return [{ name: "sharding_indexed", configuration }];
}

/** The size of a file of so many parts. */
export const shardBytes = (parts: number, partBytes: number): number =>
  parts * (partBytes + sumBytes + placeBytes) + sumBytes;

/** Where a part lies in the file of a shard; its checksum follows it. */
export const placeInShard = (
  part: number,
  partBytes: number,
): { readonly offset: number; readonly length: number } => ({
  offset: part * (partBytes + sumBytes),
  length: partBytes + sumBytes,
});

/**
 * The file of a shard of Zarr v3: parts of `partBytes` bytes, each with its checksum behind it, and the index of their
 * places, with its own.
 *
 * @see https://zarr-specs.readthedocs.io/en/latest/v3/codecs/sharding-indexed/index.html
 */
export function encodeShard(values: Uint8Array, partBytes: number): Uint8Array {
  const parts = values.length / partBytes;
  const file = new Uint8Array(shardBytes(parts, partBytes));
  const index = new DataView(new ArrayBuffer(parts * placeBytes));
  const view = new DataView(file.buffer);
  for (let part = 0; part < parts; part++) {
    const { offset, length } = placeInShard(part, partBytes);
    const bytes = values.subarray(part * partBytes, (part + 1) * partBytes);
    file.set(bytes, offset);
    view.setUint32(offset + partBytes, crc32c(bytes), true);
    index.setBigUint64(part * placeBytes, BigInt(offset), true);
    index.setBigUint64(part * placeBytes + 8, BigInt(length), true);
  }
  const end = withCrc32c(new Uint8Array(index.buffer));
  file.set(end, file.length - end.length);
  return file;
}

/** The bytes of a part as they lie in a shard, without the checksum; null where that is another's. */
export const partOfShard = (bytes: Uint8Array): Uint8Array | null =>
  fitsCrc32c(bytes) ? bytes.subarray(0, bytes.length - sumBytes) : null;
