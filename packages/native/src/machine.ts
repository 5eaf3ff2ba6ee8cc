import { statfs } from "node:fs/promises";
import { BackendError, StorageError } from "@eddyflow/core";

/** What the wheel asks of a machine. */
export interface Machine {
  readonly platform: string;
  readonly arch: string;
  /** Version of the GNU C library, undefined with another one (musl). */
  readonly glibc: string | undefined;
}

/** The machine this process runs on. */
export function thisMachine(): Machine {
  // Without this a report looks up the name of every open connection.
  Object.assign(process.report, { excludeNetwork: true });
  const { header } = process.report.getReport() as {
    header: { glibcVersionRuntime?: string };
  };
  return { platform: process.platform, arch: process.arch, glibc: header.glibcVersionRuntime };
}

/**
 * @throws BackendError unless the machine is x86-64 Linux with glibc ≥ 2.27, the only one that the pinned wheel is for.
 */
export function checkMachine({ platform, arch, glibc }: Machine): void {
  const [major = 0, minor = 0] = (glibc ?? "").split(".").map(Number);
  if (platform === "linux" && arch === "x64" && (major > 2 || (major === 2 && minor >= 27))) return;
  const library =
    platform !== "linux" ? "" : glibc === undefined ? ", no glibc" : `, glibc ${glibc}`;
  throw new BackendError({
    problem: `there is no native TensorFlow for this machine (${platform} ${arch}${library})`,
    expected: "linux x64 with glibc 2.27 or later",
    remedy: "use the backend wasm",
  });
}

/** @throws StorageError where fewer than `bytes` are free on the disk that holds the existing folder `folder`. */
export async function checkFreeSpace(folder: string, bytes: number): Promise<void> {
  const { bavail, bsize } = await statfs(folder);
  const free = bavail * bsize;
  if (free >= bytes) return;
  throw new StorageError({
    problem: `${folder} has ${Math.floor(free / 1e6)} MB free`,
    expected: `${Math.ceil(bytes / 1e6)} MB for the download and its libraries`,
    remedy: "make room or set EDDYFLOW_NATIVE to a folder on another disk",
  });
}
