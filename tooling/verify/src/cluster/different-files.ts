import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { filesOf } from "../training/simulators/read-stores.ts";

/** Two folders compared, byte by byte. */
export interface ComparedFolders {
  readonly files: number;
  /** What differs, a line each, the first few. */
  readonly wrong: readonly string[];
}

/** How many differences are named. */
const named = 5;

/** Compares the files of a folder with those of another, which is right. */
export async function differentFiles(dir: string, right: string): Promise<ComparedFolders> {
  const [files, wanted] = [await filesOf(dir), await filesOf(right)];
  const there = new Set(files);
  const wrong: string[] = [];
  for (const file of wanted) {
    if (!there.delete(file)) wrong.push(`${file} is missing`);
    else if (!(await readFile(join(dir, file))).equals(await readFile(join(right, file)))) {
      wrong.push(`${file} has other bytes`);
    }
  }
  for (const file of there) wrong.push(`${file} is left over`);
  return { files: files.length, wrong: wrong.slice(0, named) };
}
