import { cp, mkdir, readdir, rename, stat, statfs } from "node:fs/promises";
import { join } from "node:path";
import { DataError } from "@eddyflow/core";
import {
  createTrajectoryStore,
  openTrajectoryStore,
  type StoreDescription,
} from "@eddyflow/datasets";
import { keyFor, normal } from "@eddyflow/random";

/** Like ns2d: four channels on 64², 64 KiB a frame. */
const layout = {
  experiment: "benchmark",
  split: "train",
  channels: ["u", "v", "p", "s"],
  grid: { shape: [64, 64], extent: [1, 1], boundary: ["periodic", "periodic"] },
  frameInterval: 1,
  recipe: { system: "noise" },
  seed: 0,
  observation: { pointStride: 1 },
} as const satisfies Omit<StoreDescription, "trajectories" | "frames">;
const frameSize = 64 * 64 * layout.channels.length;

/** Trajectories with values of their own; the others are copies of their files. */
const distinct = 8;

/** A file system keeps something of its own beside each file. */
const overhead = 1.05;

interface MakeLargeStoreOptions {
  readonly gigabytes: number;
  /** Of a trajectory. */
  readonly frames: number;
  readonly signal: AbortSignal;
  readonly onProgress: (trajectories: number, total: number) => void;
}

async function bytesIn(folder: string): Promise<number> {
  const sizes = (await readdir(folder)).map(async (name) => (await stat(join(folder, name))).size);
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}

/** @throws DataError where the disk of `dir` has less room. */
async function requireRoom(dir: string, bytes: number): Promise<void> {
  const { bavail, bsize } = await statfs(dir);
  if (bavail * bsize >= overhead * bytes) return;
  const shown = (count: number) => `${(count / 1e9).toFixed(1)} GB`;
  throw new DataError({
    problem: `the disk of ${dir} has ${shown(bavail * bsize)} free`,
    expected: `${shown(overhead * bytes)} for the data to stream`,
    remedy: "choose a folder on another disk with --folder, or less data with --size-gb",
  });
}

/**
 * Makes a trajectory store of so many gigabytes on the disk, of noise that hardly compresses, or what is
 * missing of it.
 *
 * @returns its number of trajectories.
 * @throws DataError where the disk has too little room, before most of it is written; the signal's reason
 *   where it is aborted.
 */
export async function makeLargeStore(
  dir: string,
  { gigabytes, frames, signal, onProgress }: MakeLargeStoreOptions,
): Promise<number> {
  const folderOf = (index: number) => join(dir, "trajectories", String(index).padStart(6, "0"));
  const writeOwn = async (index: number, trajectories: number) => {
    const writer = await createTrajectoryStore(dir, { ...layout, frames, trajectories });
    if (writer.has(index)) return;
    await writer.write(index, normal(keyFor(0, "frames", index), frames * frameSize));
  };
  await mkdir(dir, { recursive: true });
  await requireRoom(dir, 4 * frames * frameSize);
  await writeOwn(0, 1);
  const each = await bytesIn(folderOf(0));
  const trajectories = Math.max(1, Math.round((1e9 * gigabytes) / each));
  const there = (await readdir(join(dir, "trajectories"))).filter((name) => /^\d/u.test(name));
  await requireRoom(dir, (trajectories - there.length) * each);
  const { has } = await createTrajectoryStore(dir, { ...layout, frames, trajectories });
  const missing = Array.from({ length: trajectories }, (_, i) => i).filter((i) => !has(i));
  for (const index of missing) {
    signal.throwIfAborted();
    onProgress(index, trajectories);
    if (index < distinct) {
      await writeOwn(index, trajectories);
      continue;
    }
    const partial = join(dir, `.partial-${String(index).padStart(6, "0")}-copy`);
    await cp(folderOf(index % distinct), partial, { recursive: true });
    await rename(partial, folderOf(index));
  }
  return (await openTrajectoryStore(dir)).trajectories;
}
