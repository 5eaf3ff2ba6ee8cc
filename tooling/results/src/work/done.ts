import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Work } from "./work.ts";

/** What is written beside what a work made, once it is whole. */
export interface Done {
  readonly key: string;
  /** As it would be typed at the root of the checkout. */
  readonly command: string;
  /** Null where it was interrupted and gone on with. */
  readonly seconds: number | null;
  readonly processor: string;
}

const fileOf = (root: string, { folder }: Work) => join(root, folder, "done.json");

/** What was written when a work was over, or null while it is not. */
export async function readDone(root: string, work: Work): Promise<Done | null> {
  try {
    const done = JSON.parse(await readFile(fileOf(root, work), "utf8")) as Done;
    return done.key === work.key ? done : null;
  } catch {
    // Half of it is as good as none: an app finds out by itself how far it had come.
    return null;
  }
}

/** Writes that a work is over. */
export async function writeDone(root: string, work: Work, done: Done): Promise<void> {
  const file = fileOf(root, work);
  await mkdir(join(root, work.folder), { recursive: true });
  await writeFile(`${file}.partial`, `${JSON.stringify(done, null, 2)}\n`);
  await rename(`${file}.partial`, file);
}
