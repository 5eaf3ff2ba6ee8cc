import type { FileBytes } from "./file-bytes.ts";

/** A chunk that was written: its place in the grid of chunks, where it lies and how many bytes it takes there. */
export interface StoredChunk {
  readonly at: readonly number[];
  readonly address: number;
  readonly bytes: number;
}

/** How the chunks of a dataset are found. */
export interface ChunkLayout {
  readonly file: FileBytes;
  /** Where the index begins; null where no chunk was ever written. */
  readonly address: number | null;
  readonly filtered: boolean;
  /** Of one chunk, unpacked. */
  readonly chunkBytes: number;
  /** Chunks along each axis, now and at most; null where there is no limit. */
  readonly grid: readonly number[];
  readonly largestGrid: readonly (number | null)[];
}

/** Takes the place of an element that says where a chunk lies. */
export interface ChunkEntry {
  readonly address: number | null;
  readonly bytes: number;
}
