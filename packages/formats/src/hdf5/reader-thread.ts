import { Worker } from "node:worker_threads";
import { DataError, type ErrorDetails } from "@eddyflow/core";
import { unusable } from "../source.ts";
import type { Hdf5Questions } from "./open-file.ts";

/** What the reading thread gets when it starts. */
export interface ReaderData {
  /** How often it has got on with something, and the MiB that it is unpacking. */
  readonly progress: Int32Array<SharedArrayBuffer>;
}

/** A question about a file. */
export interface Question {
  readonly number: number;
  readonly path: string;
  /** By which the file is known again; null where it is opened for the first time. */
  readonly identity: string | null;
  readonly ask: keyof Hdf5Questions | "identity";
  readonly args: readonly unknown[];
}

export type Answer = { readonly number: number } & (
  | { readonly value: unknown; readonly error?: never; readonly system?: never }
  | { readonly error: ErrorDetails; readonly isBroken: boolean; readonly system?: never }
  | {
      readonly system: { readonly message: string; readonly code: string | undefined };
      readonly error?: never;
    }
);

interface Pending extends Question {
  resolve(value: unknown): void;
  reject(error: Error): void;
}

/**
 * Seconds without progress after which a file counts as damaged: until the thread has begun, and then for each step, with the
 * MiB that it unpacks in one second at the least. A third of them must be seconds of a processor: waiting for a disk, or for
 * other programs, is no circle.
 */
const patience = { start: 60, step: 1.5, unpackedPerSecond: 20 } as const;
const tickMilliseconds = 100;

// The published package holds JavaScript, the repository TypeScript.
const workerUrl = import.meta.url.endsWith(".ts")
  ? new URL("./worker.ts", import.meta.url)
  : new URL("./worker.js", import.meta.url);

interface Reader {
  readonly worker: Worker;
  readonly progress: Int32Array;
  isReady: boolean;
  answers: number;
}

/** Questions without an answer, the oldest first: the thread answers one after the other. */
const waiting: Pending[] = [];
let reader: Reader | null = null;
let timer: NodeJS.Timeout | null = null;
let numQuestions = 0;

const processorSeconds = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
};

function startReader(): Reader {
  const progress = new Int32Array(new SharedArrayBuffer(8));
  const worker = new Worker(workerUrl, {
    workerData: { progress } satisfies ReaderData,
    execArgv: [],
    resourceLimits: { maxOldGenerationSizeMb: 512 },
    // The library prints what it also throws.
    stdout: true,
    stderr: true,
  });
  const own: Reader = { worker, progress, isReady: false, answers: 0 };
  worker.on("message", (message: "ready" | Answer) => {
    if (reader !== own) return;
    if (message === "ready") own.isReady = true;
    else settle(message, own);
  });
  const ended = (cause: Error) => {
    if (reader === own) giveUp(`its reader ended: ${cause.message}`, cause);
  };
  worker.on("error", ended);
  worker.on("messageerror", ended);
  worker.on("exit", (code) => ended(new Error(`exit code ${code}`)));
  return own;
}

/** Stops the thread, blames the question that it was at, and asks another thread the rest. */
function giveUp(problem: string, cause?: unknown): void {
  const { worker } = reader ?? {};
  reader = null;
  void worker?.terminate();
  const blamed = waiting.shift();
  blamed?.reject(unusable(`${blamed.path}: ${problem}`, "a whole HDF5 file", cause));
  for (const question of waiting) send(question);
  keepAlive();
}

function settle(answer: Answer, own: Reader): void {
  const wasFresh = own.answers++ === 0;
  if (answer.error !== undefined && answer.isBroken) {
    // Files before this one may have broken the library: only a thread that is new can blame this one.
    reader = null;
    void own.worker.terminate();
    if (wasFresh) waiting.shift()?.reject(new DataError(answer.error));
    for (const question of waiting) send(question);
    keepAlive();
    return;
  }
  const asked = waiting.shift();
  if (answer.error !== undefined) asked?.reject(new DataError(answer.error));
  else if (answer.system !== undefined) {
    const { message, code } = answer.system;
    const isGone = code === "ENOENT" || code === "ENOTDIR";
    asked?.reject(
      isGone
        ? unusable(`${asked.path} is missing`, "an HDF5 file")
        : Object.assign(new Error(message), { code }),
    );
  } else asked?.resolve(answer.value);
  keepAlive();
}

function send({ number, path, identity, ask, args }: Question): void {
  reader ??= startReader();
  reader.worker.postMessage({ number, path, identity, ask, args } satisfies Question);
}

/** Watches for progress. Seconds are counted in ticks, as a machine that sleeps has none. */
function watch(): void {
  let seen = { reader, count: -1, number: -1, ticks: 0, since: processorSeconds() };
  timer = setInterval(() => {
    const count = reader?.progress[0] ?? 0;
    const number = waiting[0]?.number ?? -1;
    if (seen.reader !== reader || seen.count !== count || seen.number !== number) {
      seen = { reader, count, number, ticks: 0, since: processorSeconds() };
      return;
    }
    seen.ticks++;
    const unpacking = (reader?.progress[1] ?? 0) / patience.unpackedPerSecond;
    const allowed = reader?.isReady ? patience.step + unpacking : patience.start;
    const isStalled = (seen.ticks * tickMilliseconds) / 1000 >= allowed;
    if (!isStalled || processorSeconds() - seen.since < allowed / 3) return;
    giveUp("it sends its reader round in a circle");
  }, tickMilliseconds);
  timer.unref();
}

/** Only while something is asked does the thread keep the process alive. */
function keepAlive(): void {
  if (waiting.length > 0) {
    reader?.worker.ref();
    if (timer === null) watch();
    return;
  }
  reader?.worker.unref();
  if (timer !== null) clearInterval(timer);
  timer = null;
}

/**
 * Asks about an HDF5 file in a thread of its own. A damaged file can send the library round in a circle, where no signal
 * reaches it; the thread is ended then, and this one is free for signals all the time.
 *
 * @throws DataError where the file cannot be used, or where the library makes no progress.
 */
export function askReader(question: Omit<Question, "number">): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const pending: Pending = { ...question, number: numQuestions++, resolve, reject };
    waiting.push(pending);
    send(pending);
    keepAlive();
  });
}
