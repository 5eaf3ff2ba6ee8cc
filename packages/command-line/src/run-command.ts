import { constants } from "node:os";
import { type EddyflowError, isEddyflowError, StorageError } from "@eddyflow/core";
import { missingOperation } from "./missing-operation.ts";

/** What a command is given: its arguments, and a signal that asks it to stop where it can go on later. */
export interface CommandContext {
  readonly argv: readonly string[];
  /** Aborted at the first Ctrl-C, at a signal of a batch system, and where nobody reads the output any more. */
  readonly signal: AbortSignal;
}

/** What is wrong with a disk, by the code of the operating system, and what helps. */
const storageProblems: Readonly<Record<string, readonly [string, string, string]>> = {
  ENOSPC: ["the disk is full", "free space", "free some, or choose another folder"],
  EDQUOT: ["the disk quota is used up", "free space", "free some, or choose another folder"],
  EROFS: ["the file system is read-only", "a folder that can be written", "choose another folder"],
  EACCES: ["permission denied", "a path that this user may use", "change it or choose another"],
  EPERM: ["operation not permitted", "a path that this user may use", "choose another"],
  EEXIST: ["a file stands where a folder should", "a folder", "move the file or choose another"],
  ENOTDIR: ["a file stands where a folder should", "a folder", "move the file or choose another"],
  EMFILE: ["too many open files", "a higher limit", "raise it with ulimit -n"],
  EIO: ["the disk cannot be read or written", "a working disk", "choose another folder"],
};

/** The error as one that a user can mend, or null where it is a defect of the program. */
export function userError(error: unknown): EddyflowError | null {
  if (isEddyflowError(error)) return error;
  if (!(error instanceof Error)) return null;
  const missing = missingOperation(error);
  if (missing !== null) return missing;
  const { code, path, syscall } = error as NodeJS.ErrnoException;
  // A recursive mkdir reports a read-only file system as a missing folder.
  const kind = code === "ENOENT" && syscall === "mkdir" ? "EROFS" : code;
  const found = kind !== undefined && Object.hasOwn(storageProblems, kind);
  const known = found ? storageProblems[kind] : undefined;
  if (known === undefined) return error.cause === undefined ? null : userError(error.cause);
  const [problem, expected, remedy] = known;
  return new StorageError({
    problem: path === undefined ? problem : `${path}: ${problem}`,
    expected,
    remedy,
    cause: error,
  });
}

const flush = (stream: NodeJS.WriteStream): Promise<void> =>
  new Promise((resolve) => {
    stream.write("", () => resolve());
  });

/** The number of the signal that ends a program whose output nobody reads; Windows knows none. */
const sigpipe = 13;

/** Ctrl-C, `kill`, a terminal that closes, and what batch systems send before they end a job. */
const endings = ["SIGINT", "SIGTERM", "SIGHUP", "SIGUSR1", "SIGUSR2", "SIGXCPU"] as const;

/** Ctrl-C reaches a process twice when a package manager stands between; that is one wish, not two. */
const sameWishMilliseconds = 500;

/**
 * Runs a command and ends the process: exit code 0; 2 after one line on stderr for an error that a user can
 * mend; 1 with the stack for a defect; 128 + n after the signal n, such as 130 after Ctrl-C. The first signal aborts
 * the context's, so that the command can stop cleanly and say how to go on; the second ends the process at once. An
 * output that nobody reads (`trainer … | head`) stops the command as SIGPIPE would, 141, and one that cannot be written
 * (a full disk) with 2.
 */
export async function runCommand(
  name: string,
  main: (context: CommandContext) => Promise<void>,
): Promise<never> {
  const controller = new AbortController();
  let interrupted: { readonly at: number; readonly code: number } | null = null;
  const interrupt = (signal: NodeJS.Signals) => {
    const code = 128 + constants.signals[signal];
    if (interrupted === null) {
      interrupted = { at: performance.now(), code };
      controller.abort();
    } else if (performance.now() - interrupted.at > sameWishMilliseconds) {
      process.exit(code);
    }
  };
  // Windows has some of them.
  for (const signal of endings) if (signal in constants.signals) process.on(signal, interrupt);
  for (const [stream, other] of [
    [process.stdout, process.stderr],
    [process.stderr, process.stdout],
  ] as const) {
    stream.on("error", (error: NodeJS.ErrnoException) => {
      if (interrupted !== null) return;
      const isClosed = error.code === "EPIPE";
      interrupted = { at: performance.now(), code: isClosed ? 128 + sigpipe : 2 };
      controller.abort();
      if (!isClosed) other.write(`${name}: the output cannot be written (${error.message})\n`);
    });
  }

  let code = 0;
  try {
    await main({ argv: process.argv.slice(2), signal: controller.signal });
  } catch (error) {
    const mendable = userError(error);
    const isAbort = error instanceof Error && error.name === "AbortError";
    if (mendable !== null) {
      code = 2;
      process.stderr.write(`${name}: ${mendable.message.replace(/\s+/gu, " ")}\n`);
    } else if (!(isAbort && controller.signal.aborted)) {
      code = 1;
      process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
    }
  }
  const stopped = interrupted as { readonly code: number } | null;
  if (code === 0 && stopped !== null) code = stopped.code;
  await Promise.all([flush(process.stdout), flush(process.stderr)]);
  process.exit(code);
}
