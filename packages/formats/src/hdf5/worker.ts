import { statSync } from "node:fs";
import { parentPort, workerData } from "node:worker_threads";
import { isEddyflowError } from "@eddyflow/core";
import { unusable } from "../source.ts";
import { largestPart } from "./check-storage.ts";
import { loadHdf5, type OpenFile, openFile } from "./open-file.ts";
import type { Answer, Question, ReaderData } from "./reader-thread.ts";

const { progress } = workerData as ReaderData;
const port = parentPort;
if (port === null) throw new Error("this runs in a worker thread");

/** More are closed again, those first that were not asked about for longest. */
const openAtOnce = 64;
const mebibyte = 2 ** 20;
const libraryBytes = 24 * mebibyte;

// The types of Node.js do not have it.
const { Memory, RuntimeError } = (
  globalThis as unknown as {
    WebAssembly: {
      Memory: { prototype: { readonly buffer: ArrayBuffer; grow(pages: number): number } };
      RuntimeError: typeof Error;
    };
  }
).WebAssembly;

/** How large the library's memory may grow. It never shrinks, so a file is given only what it can need. */
let memoryLimit = 2 ** 31;
const { grow } = Memory.prototype;
Memory.prototype.grow = function (pages: number) {
  if (this.buffer.byteLength + pages * 65_536 > memoryLimit) throw new RangeError("out of memory");
  return grow.call(this, pages);
};

const hdf5 = await loadHdf5();
const heapBytes = (): number => (hdf5.module as unknown as { HEAPU8: Uint8Array }).HEAPU8.length;
const startBytes = heapBytes();
const files = new Map<string, OpenFile>();
let readable = 0;
const budget = {
  mayRead: (bytes: number) => {
    readable -= bytes;
    if (readable < 0) return false;
    Atomics.add(progress, 0, 1);
    return true;
  },
  unpacks: (bytes: number) => {
    readable += 2 * bytes;
    Atomics.add(progress, 1, Math.ceil(bytes / mebibyte));
  },
};

function fileAt(path: string, identity: string | null): OpenFile {
  const there = files.get(path);
  const isKnown = there !== undefined && there.identity === identity;
  const bytes = isKnown ? there.bytes : statSync(path).size;
  readable = Math.min(2 ** 30, largestPart(bytes));
  memoryLimit = Math.min(2 ** 31, libraryBytes + 3 * largestPart(bytes));
  // A large file has more names and attributes to go through.
  Atomics.store(progress, 1, Math.min(64, Math.floor(bytes / mebibyte)));
  if (isKnown) {
    files.delete(path);
    files.set(path, there);
    return there;
  }
  there?.close();
  files.delete(path);
  const [oldest] = files;
  if (oldest !== undefined && files.size >= openAtOnce) {
    oldest[1].close();
    files.delete(oldest[0]);
  }
  const file = openFile(hdf5, path, budget);
  files.set(path, file);
  if (identity === null || identity === file.identity) return file;
  throw unusable(`${path} was changed since it was opened`, "files that stay as they are");
}

function find({ path, identity, ask, args }: Question): unknown {
  const file = fileAt(path, identity);
  if (ask === "identity") return file.identity;
  return (file[ask] as (...args: unknown[]) => unknown)(...args);
}

function answer(question: Question): Answer {
  const { number } = question;
  try {
    return { number, value: find(question) };
  } catch (error) {
    if (isEddyflowError(error)) {
      const { problem, expected, remedy, cause } = error;
      const isBroken = cause instanceof RuntimeError || heapBytes() > startBytes + 8 * mebibyte;
      const said = cause instanceof Error ? { cause: new Error(cause.message) } : {};
      return { number, isBroken, error: { problem, expected, remedy, ...said } };
    }
    const { message, code } = error as NodeJS.ErrnoException;
    return { number, system: { message, code } };
  }
}

port.on("message", (question: Question) => {
  const given = answer(question);
  Atomics.add(progress, 0, 1);
  const { value } = given as { readonly value?: unknown };
  // Handed over, not copied.
  port.postMessage(given, ArrayBuffer.isView(value) ? [value.buffer as ArrayBuffer] : []);
});
port.postMessage("ready");
