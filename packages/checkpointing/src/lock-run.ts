import {
  closeSync,
  constants,
  fstatSync,
  ftruncateSync,
  openSync,
  rmSync,
  writeSync,
} from "node:fs";
import { readFile, readlink, stat } from "node:fs/promises";
import { hostname } from "node:os";
import { basename, dirname, join } from "node:path";
import { StorageError } from "@eddyflow/core";
import { isAbsence } from "./exists.ts";
import { storing } from "./storage-error.ts";

const lockName = ".lock";

/** What keeps other processes from writing into the folder of a run. */
export interface RunLock {
  /** Whether the lock still lies in the folder: not where that was moved, removed or emptied. */
  isThere(): Promise<boolean>;
  /** The folder that the lock lies in now; null where it is gone, or where the system cannot tell. */
  place(): Promise<string | null>;
  release(): void;
}

/**
 * Locks the folder of a run, so that one process at a time writes there. The lock is the operating system's, on the open
 * file `.lock`: it ends with the process, however that ends, and other machines that share the disk see it too. The file
 * stays and means nothing by itself; it names the process that holds the lock, for the message to another.
 *
 * Where there are no locks (a file system without them, a platform without the addon) a warning says so.
 *
 * @throws StorageError where another process holds it, or the folder cannot be written.
 */
export async function lockRun(folder: string): Promise<RunLock> {
  const path = join(folder, lockName);
  // Windows has no O_NOFOLLOW; links are refused when a run is opened.
  const flags = constants.O_RDWR | constants.O_CREAT | (constants.O_NOFOLLOW ?? 0);
  for (;;) {
    // A number, which lives as long as the process: a FileHandle that nobody holds is closed, and its lock lost.
    const file = await storing(folder, async () => openSync(path, flags));
    try {
      if (!(await tryToLock(file, folder))) throw await inUse(path, folder);
      // A hard link, such as one of a backup, is not written through.
      const isShared = fstatSync(file).nlink > 1;
      if (isShared) await storing(folder, async () => rmSync(path, { force: true }));
      // Another process may have removed the file meanwhile, and a third one locked a new one.
      if (isShared || !(await isSameFile(file, path))) {
        closeSync(file);
        continue;
      }
      await storing(folder, async () => sign(file));
    } catch (error) {
      closeSync(file);
      throw error;
    }
    let isHeld = true;
    return {
      isThere: () => isSameFile(file, path),
      place: () => placeOf(file),
      release: () => {
        if (isHeld) closeSync(file);
        isHeld = false;
      },
    };
  }
}

/** What file systems answer that have no locks. */
const withoutLocks = ["ENOLCK", "ENOTSUP", "EOPNOTSUPP", "ENOSYS", "EINVAL"];

async function tryToLock(file: number, folder: string): Promise<boolean> {
  try {
    // It loads an addon for the platform, which who only reads runs does not need.
    const { tryLock } = await import("fs-native-extensions");
    return tryLock(file);
  } catch (error) {
    const code = String((error as NodeJS.ErrnoException).code);
    const isAbsent = ["ADDON_NOT_FOUND", "CANNOT_LOAD"].includes(code);
    if (!isAbsent && !withoutLocks.includes(code)) throw error;
    const who = isAbsent ? "this platform" : "its file system";
    process.emitWarning(
      `${who} has no locks for ${folder}: nothing keeps a second training out of it`,
    );
    return true;
  }
}

/** Writes who holds the lock. */
function sign(file: number): void {
  const holder = { process: process.pid, host: hostname(), since: new Date().toISOString() };
  ftruncateSync(file);
  writeSync(file, `${JSON.stringify(holder)}\n`, 0);
}

async function inUse(path: string, folder: string): Promise<StorageError> {
  const text = await readFile(path, "utf8").catch(() => "");
  const [, pid, host, since] =
    /^\{"process":(\d+),"host":"([\w.-]+)","since":"([\w.:-]+)"\}\n$/u.exec(text) ?? [];
  const who = pid === undefined ? "another process" : `process ${pid} on ${host} since ${since}`;
  return new StorageError({
    problem: `the run ${folder} is being written by ${who}`,
    expected: "one training at a time",
    remedy: "wait for its end or stop it, or begin another run with --new",
  });
}

/** Whether an open file is the one at a path; so too while a disk does not answer. */
async function isSameFile(file: number, path: string): Promise<boolean> {
  try {
    const [own, there] = [fstatSync(file), await stat(path)];
    return own.ino === there.ino && own.dev === there.dev;
  } catch (error) {
    return !isAbsence(error);
  }
}

/** The folder of an open file, which Linux knows also where it was moved. */
async function placeOf(file: number): Promise<string | null> {
  const path = await readlink(`/proc/self/fd/${file}`).catch(() => null);
  if (path === null || basename(path) !== lockName) return null;
  return (await isSameFile(file, path)) ? dirname(path) : null;
}
