import { constants } from "node:os";
import {
  type EddyflowError,
  isEddyflowError,
  printable,
  shortened,
  systemError,
} from "@eddyflow/core";
import type { Communicator } from "@eddyflow/parallel";
import { jobRank } from "./job-rank.ts";
import { missingOperation } from "./missing-operation.ts";

/** What a command is given: its arguments, and a signal that asks it to stop where it can go on later. */
export interface CommandContext {
  readonly argv: readonly string[];
  /** Aborted at the first Ctrl-C, at a signal of a batch system, and where nobody reads the output any more. */
  readonly signal: AbortSignal;
  /** Lets a further signal of the system abort it too, such as the one that a batch system was told to send. */
  readonly endAt: (name: EndSignal) => void;
  /**
   * Joins the processes that a launcher of MPI started for this command; without one, this process is alone. From then on
   * rank 0 alone is seen to write, and what a rank fails with appears once and ends the whole job with its exit code. For
   * commands whose processes work on one task: to be called first, once, in all of them.
   */
  readonly join: () => Promise<Communicator>;
}

/** Signals that a command may be told to end at; those that it ends at in any case are not among them. */
export const endSignals = ["ALRM", "VTALRM", "QUIT", "URG", "IO", "XFSZ"] as const;
export type EndSignal = (typeof endSignals)[number];

/** The error as one that a user can mend, or null where it is a defect of the program. */
export function userError(error: unknown): EddyflowError | null {
  if (isEddyflowError(error)) return error;
  if (!(error instanceof Error)) return null;
  const missing = missingOperation(error);
  if (missing !== null) return missing;
  return systemError(error) ?? (error.cause === undefined ? null : userError(error.cause));
}

/** Where a defect was found, for who mends it; a long message is cut, and no line of it can steer the terminal. */
function stackText(error: unknown): string {
  const text = (error instanceof Error && error.stack) || String(error);
  return text
    .split("\n")
    .slice(0, 30)
    .map((line) => shortened(printable(line), 480))
    .join("\n");
}

const flush = (stream: NodeJS.WriteStream): Promise<void> =>
  new Promise((resolve) => {
    stream.write("", () => resolve());
  });

/** The number of the signal that ends a program whose output nobody reads; Windows knows none. */
const sigpipe = 13;

/** Ctrl-C, `kill`, a terminal that closes, and what batch systems send before they end a job. */
const endings = ["SIGINT", "SIGTERM", "SIGHUP", "SIGUSR1", "SIGUSR2", "SIGXCPU"] as const;

/** How often it is seen whether the process that started this one is still there. */
const parentMilliseconds = 500;

/** Calls `onGone` when the bootstrap that started this process is killed, which no signal tells of. */
function watchBootstrap(onGone: () => void): void {
  const parent = Number(process.env["EDDYFLOW_STARTED_BY"]);
  // A process that another one of the bootstrap's started has the variable too.
  if (process.ppid !== parent) return;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    onGone();
  }, parentMilliseconds);
  timer.unref();
}

/** Ctrl-C reaches a process twice when a package manager stands between; that is one wish, not two. */
const sameWishMilliseconds = 500;

/**
 * Runs a command and ends the process: exit code 0; 2 after one line on stderr for an error that a user can
 * mend; 1 with the stack for a defect; 128 + n after the signal n, such as 130 after Ctrl-C. The first signal aborts
 * the context's, so that the command can stop cleanly and say how to go on; the second ends the process at once. The
 * end of the bootstrap that started it counts as SIGHUP. An output that nobody reads (`trainer … | head`) stops the command as SIGPIPE would, 141, and one that cannot be written
 * (a full disk) with 2.
 */
export async function runCommand(
  name: string,
  main: (context: CommandContext) => Promise<void>,
): Promise<never> {
  const controller = new AbortController();
  const job = jobRank(name);
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
  const endAt = (signal: NodeJS.Signals) => {
    if (signal in constants.signals) process.on(signal, interrupt);
  };
  for (const signal of endings) endAt(signal);
  watchBootstrap(() => interrupt("SIGHUP"));
  for (const [stream, other] of [
    [process.stdout, process.stderr],
    [process.stderr, process.stdout],
  ] as const) {
    stream.on("error", (error: NodeJS.ErrnoException) => {
      if (interrupted !== null) return;
      const isClosed = error.code === "EPIPE";
      interrupted = { at: performance.now(), code: isClosed ? 128 + sigpipe : 2 };
      controller.abort();
      if (!isClosed)
        other.write(`${name}: the output cannot be written (${printable(error.message)})\n`);
    });
  }

  const stoppedBy = () => (interrupted as { readonly code: number } | null)?.code ?? 0;
  try {
    await main({
      argv: process.argv.slice(2),
      signal: controller.signal,
      endAt: (name) => endAt(`SIG${name}`),
      join: job.join,
    });
    await job.leave();
  } catch (error) {
    const mendable = userError(error);
    const isAbort = error instanceof Error && error.name === "AbortError";
    await flush(process.stdout);
    if (mendable !== null) await job.fail(`${name}: ${mendable.message}\n`, 2);
    if (isAbort && controller.signal.aborted) await job.fail("", stoppedBy());
    await job.fail(`${stackText(error)}\n`, 1);
  }
  await Promise.all([flush(process.stdout), flush(process.stderr)]);
  process.exit(stoppedBy());
}
