import { DataError } from "@eddyflow/core";
import { unusable } from "../source.ts";
import type { FileBytes } from "./file-bytes.ts";
import { storageAt } from "./storage.ts";

/** What is known of a dataset of numbers. */
export interface DatasetShape {
  readonly name: string;
  readonly shape: readonly number[];
  /** Null where an axis may grow without limit. */
  readonly largestShape: readonly (number | null)[];
  /** Null where the values do not lie in chunks. */
  readonly chunkShape: readonly number[] | null;
  readonly itemBytes: number;
  readonly isPacked: boolean;
}

/** What one part of a file may unpack to, in bytes: more than this is a bomb, or far from how data are kept. */
export const largestPart = (fileBytes: number): number => 8 * 2 ** 20 + 4 * fileBytes;

const product = (numbers: readonly number[]): number => numbers.reduce((size, n) => size * n, 1);

/**
 * Checks where the values of a dataset lie, before any of them is read: inside the file, all of them written, and in chunks
 * that do not unpack to far more than the file.
 *
 * @returns the bytes that one chunk unpacks to; 0 where there are no chunks.
 * @throws DataError naming the dataset, and the first chunk that was never written.
 */
export function checkStorage(file: FileBytes, address: number, dataset: DatasetShape): number {
  const { name, shape, largestShape, chunkShape, itemBytes, isPacked } = dataset;
  const where = `${file.path}: ${name}`;
  const storage = storageAt(file, address);
  if (storage.kind === "elsewhere") throw inOtherFiles(file.path, name);
  if (product(shape) === 0) return 0;
  if (storage.kind === "never written") throw hole(where, "no value");
  if (storage.kind !== "chunks") {
    if (product(shape) * itemBytes <= file.size) return 0;
    throw unusable(
      `${where} has the shape [${shape.join(", ")}]`,
      `no more than ${file.size} bytes`,
    );
  }
  if (chunkShape?.length !== shape.length || !chunkShape.every((points) => points > 0)) {
    throw unusable(`${where} has chunks of [${chunkShape?.join(", ")}]`, `${shape.length} axes`);
  }
  const chunkBytes = product(chunkShape) * itemBytes;
  checkPart(file.size, chunkBytes, `a chunk of ${where}`);
  const chunksAlong = (points: number, axis: number) =>
    Math.ceil(points / (chunkShape[axis] as number));
  const grid = shape.map(chunksAlong);
  const largestGrid = largestShape.map((points, axis) =>
    points === null ? null : chunksAlong(points, axis),
  );
  const all = product(grid);
  const found = new Set<number>();
  // Every chunk takes a byte, so an index of more of them has some twice.
  let left = file.size;
  for (const { at, bytes } of storage.chunks({
    filtered: isPacked,
    chunkBytes,
    grid,
    largestGrid,
  })) {
    if (left-- <= 0) throw unusable(`${where} has more chunks than bytes`, "a whole file");
    if (!isPacked && bytes !== chunkBytes) {
      throw unusable(`${where} has a chunk of ${bytes} bytes`, `${chunkBytes} in each`);
    }
    const inside = at.every(
      (i, axis) => Number.isInteger(i) && i >= 0 && i < (grid[axis] as number),
    );
    if (inside) found.add(at.reduce((sum, i, axis) => sum * (grid[axis] as number) + i, 0));
  }
  if (found.size === all) return chunkBytes;
  let first = 0;
  while (found.has(first)) first++;
  const at = grid.map(
    (_, axis) =>
      (Math.floor(first / product(grid.slice(axis + 1))) % (grid[axis] as number)) *
      (chunkShape[axis] as number),
  );
  throw hole(where, `${found.size} of ${all} chunks; not that at [${at.join(", ")}]`);
}

/** @throws DataError where a part of a file unpacks to far more than the file has. */
export function checkPart(fileBytes: number, bytes: number, what: string): void {
  const largest = largestPart(fileBytes);
  if (bytes <= largest) return;
  throw new DataError({
    problem: `${what} unpacks to ${megabytes(bytes)} from a file of ${megabytes(fileBytes)}`,
    expected: `at most ${megabytes(largest)}`,
    remedy: "get the file again; or write it without compression, or in smaller chunks",
  });
}

const megabytes = (bytes: number): string => `${Number((bytes / 1e6).toPrecision(3))} MB`;

export const inOtherFiles = (path: string, dataset: string, cause?: unknown): DataError =>
  unusable(`${path}: the values of ${dataset} lie in other files`, "values inside the file", cause);

const hole = (where: string, written: string) =>
  new DataError({
    problem: `${where} was never written in full: it has ${written}`,
    expected: "every value; what is missing reads as a number that nobody computed",
    remedy: "write the file again, or leave that dataset out",
  });
