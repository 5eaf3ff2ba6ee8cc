import { printable, shortened } from "./printable.ts";

/** What a user needs to mend an error, one sentence part each. */
export interface ErrorDetails {
  /** What was wrong, e.g. `unknown model "velocty"`. */
  readonly problem: string;
  /** What would have been right. */
  readonly expected: string;
  /** What to do about it. */
  readonly remedy: string;
  readonly cause?: unknown;
}

/** The names of the error classes, by which `isEddyflowError` tells them apart. */
export type ErrorName =
  | "ArgumentError"
  | "BackendError"
  | "CheckpointError"
  | "DataError"
  | "ShapeError"
  | "StorageError";

/** A command says its name before a message; with it there are at most 500 characters. */
const maxMessage = 480;
const between = ["; expected ", "; "] as const;
const maxParts = maxMessage - between.join("").length;

/** The three parts, each on one line, in at most `maxParts` characters together; the problem gets what the others leave. */
function oneLine(parts: readonly [string, string, string]): readonly [string, string, string] {
  const [problem, expected, remedy] = parts.map((part) =>
    printable(part.replace(/[\t\n\r ]+/gu, " ")),
  ) as [string, string, string];
  const first = shortened(problem, Math.max(200, maxParts - expected.length - remedy.length));
  const second = shortened(expected, Math.max(130, maxParts - first.length - remedy.length));
  return [first, second, shortened(remedy, maxParts - first.length - second.length)];
}

/**
 * Base of every error that a user can mend. Its message is one line of at most 480 characters: problem, expectation,
 * remedy. What a terminal would obey is shown instead (`printable`), and the middle of what is too long left out.
 * Recognised by a marker and a name instead of `instanceof`, so that two copies of this package in one
 * process agree.
 */
export abstract class EddyflowError extends Error {
  readonly eddyflow: true = true;
  abstract override readonly name: ErrorName;
  readonly problem: string;
  readonly expected: string;
  readonly remedy: string;

  constructor({ problem, expected, remedy, cause }: ErrorDetails) {
    const parts = oneLine([problem, expected, remedy]);
    const [toExpected, toRemedy] = between;
    super(
      `${parts[0]}${toExpected}${parts[1]}${toRemedy}${parts[2]}`,
      cause === undefined ? undefined : { cause },
    );
    [this.problem, this.expected, this.remedy] = parts;
  }
}

/** A command line, configuration or option that cannot be used: unknown name, wrong type, out of range. */
export class ArgumentError extends EddyflowError {
  override readonly name = "ArgumentError";
}

/** A tensor or array whose shape does not fit where it is used. */
export class ShapeError extends EddyflowError {
  override readonly name = "ShapeError";
}

/** A wanted backend that is absent, damaged or lacks an operation. */
export class BackendError extends EddyflowError {
  override readonly name = "BackendError";
}

/** A checkpoint that is incomplete, damaged, of another version or of another network. */
export class CheckpointError extends EddyflowError {
  override readonly name = "CheckpointError";
}

/** Data that are absent, cut short, of the wrong type or shape, or hold values that are not finite. */
export class DataError extends EddyflowError {
  override readonly name = "DataError";
}

/** A folder or disk that cannot be written or read: full, read-only, forbidden. */
export class StorageError extends EddyflowError {
  override readonly name = "StorageError";
}

/** Whether `error` is one of the errors above, optionally a particular one. */
export function isEddyflowError(error: unknown, name?: ErrorName): error is EddyflowError {
  if (!(error instanceof Error) || !("eddyflow" in error)) return false;
  return name === undefined || error.name === name;
}
