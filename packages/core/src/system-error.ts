import { StorageError } from "./errors.ts";

type Reason = readonly [problem: string, expected: string, remedy: string];

const disk: Reason = [
  "the disk cannot be read or written",
  "a working disk",
  "check the disk, or choose another folder",
];
const memory: Reason = [
  "no memory is left",
  "more free memory",
  "close other programs, ask for less at once, or use a machine with more",
];
const folder: Reason = [
  "a file stands where a folder should",
  "a folder",
  "move the file or choose another",
];

/** What stops a program from using a file, by the code of the operating system or of Node, and what helps. */
const reasons: Readonly<Record<string, Reason>> = {
  ENOSPC: ["the disk is full", "free space", "free some, or choose another folder"],
  EDQUOT: ["the disk quota is used up", "free space", "free some, or choose another folder"],
  EROFS: ["the file system is read-only", "a folder that can be written", "choose another folder"],
  EACCES: ["permission denied", "a path that this user may use", "change it or choose another"],
  EPERM: ["operation not permitted", "a path that this user may use", "choose another"],
  EEXIST: folder,
  ENOTDIR: folder,
  EISDIR: ["a folder stands where a file should", "a file", "move the folder or choose another"],
  ELOOP: ["its links lead in a circle", "a path that ends at a file", "mend the links"],
  ENAMETOOLONG: ["the name is too long", "a shorter path", "choose a shorter one"],
  EMFILE: ["too many open files", "a higher limit", "raise it with ulimit -n"],
  ENFILE: ["too many open files on this machine", "fewer", "close other programs"],
  ENOMEM: memory,
  ERR_MEMORY_ALLOCATION_FAILED: memory,
  ERR_WORKER_OUT_OF_MEMORY: memory,
  ERR_WORKER_INIT_FAILED: memory,
  Z_MEM_ERROR: memory,
  ERR_FS_FILE_TOO_LARGE: ["the file is larger than 2 GiB", "a smaller one", "divide it"],
  EBUSY: ["something else uses it", "a file that is free", "close what uses it and try again"],
  EIO: disk,
  ENXIO: disk,
  ENODEV: disk,
  ESTALE: disk,
  ETIMEDOUT: disk,
};

/** What V8 says where it gets no memory for an array or a WebAssembly module, which asks for address space in advance. */
const outOfMemory =
  /^(Array buffer allocation failed|Out of memory|WebAssembly\.\w+\(\): .*(could not allocate memory|Out of memory))/iu;

function reasonOf(error: Error): Reason | null {
  const { code, syscall } = error as NodeJS.ErrnoException;
  if (error instanceof RangeError && outOfMemory.test(error.message)) return memory;
  // A recursive mkdir reports a read-only file system as a missing folder.
  const kind = code === "ENOENT" && syscall === "mkdir" ? "EROFS" : code;
  return typeof kind === "string" && Object.hasOwn(reasons, kind)
    ? (reasons[kind] as Reason)
    : null;
}

export interface SystemErrorContext {
  /** The file or folder that was used; the one that the error names unless given. */
  readonly path?: string;
  /** What was done with it. */
  readonly doing?: "read" | "written";
}

/**
 * The StorageError for an error of the operating system or of memory, or one that has such an error as its cause: it
 * says what is really in the way (permission, open files, memory, space), so that nobody takes a whole file for a
 * damaged one. Null for any other error.
 */
export function systemError(
  error: unknown,
  { path, doing }: SystemErrorContext = {},
): StorageError | null {
  if (!(error instanceof Error)) return null;
  const reason = reasonOf(error);
  if (reason === null)
    return systemError(error.cause, { ...(path && { path }), ...(doing && { doing }) });
  const [problem, expected, remedy] = reason;
  const where = path ?? (error as NodeJS.ErrnoException).path;
  const what = doing === undefined ? "" : ` cannot be ${doing}`;
  return new StorageError({
    problem: where === undefined ? problem : `${where}${what}: ${problem}`,
    expected,
    remedy,
    cause: error,
  });
}
