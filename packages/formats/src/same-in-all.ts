import { unusable } from "./source.ts";

/** What a file says that all files of a data set must say alike, by its name. */
export interface FileFacts {
  readonly path: string;
  readonly facts: Readonly<Record<string, unknown>>;
}

/** @throws DataError naming the first fact in which a file differs from the first file. */
export function checkSame([first, ...others]: readonly FileFacts[]): void {
  for (const { path, facts } of others) {
    for (const [name, value] of Object.entries(first?.facts ?? {})) {
      const [own, wanted] = [facts[name], value].map((one) => JSON.stringify(one));
      if (own === wanted) continue;
      throw unusable(`${path} has the ${name} ${own}`, `${wanted} as ${first?.path} has`);
    }
  }
}

/** A file that says how long the box is. */
export interface FileExtent {
  readonly path: string;
  extent(): Promise<readonly number[]>;
}

/** How far lengths from float32 coordinates may differ, relative. */
const tolerance = 1e-3;

/** @throws DataError where the boxes of two files differ. */
export async function sameExtent(files: readonly FileExtent[]): Promise<readonly number[]> {
  const [first, ...others] = files as [FileExtent, ...FileExtent[]];
  const lengths = await first.extent();
  for (const file of others) {
    const own = await file.extent();
    const differs = own.some(
      (length, axis) => Math.abs(length / (lengths[axis] as number) - 1) > tolerance,
    );
    if (!differs) continue;
    throw unusable(
      `${file.path} has a box of [${own.join(", ")}]`,
      `[${lengths.join(", ")}] as ${first.path} has`,
    );
  }
  return lengths;
}

/** The same function, called once. */
export function once<Value>(find: () => Promise<Value>): () => Promise<Value> {
  let found: Promise<Value> | null = null;
  return () => {
    found ??= find();
    return found;
  };
}
