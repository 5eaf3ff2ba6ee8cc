import { existsSync, readFileSync, statSync, utimesSync } from "node:fs";
import { dirname, join } from "node:path";
import { BackendError, systemError } from "@eddyflow/core";
import { installCommand, isCheckout, type NativeKind } from "./install-command.ts";
import { sha256OfFile } from "./sha256-of-file.ts";

export type { NativeKind } from "./install-command.ts";

const places = {
  cpu: { variable: "EDDYFLOW_NATIVE", folder: "native" },
  cuda: { variable: "EDDYFLOW_NATIVE_CUDA", folder: "native-cuda" },
} as const;

/** Where installers put it: the checkout's own, and that of an application. */
const parents = [".tools", ".eddyflow"];

/** What to do where there is none, or a damaged one. */
export const installRemedy = (kind: NativeKind): string => `run \`${installCommand(kind)}\``;

/** Where to look for it, in words. */
export function nativePlaces(kind: NativeKind): string {
  const { folder, variable } = places[kind];
  const place = isCheckout
    ? `.tools/${folder} of this checkout`
    : `.eddyflow/${folder} of the application`;
  return `it in ${place} or a folder above it, or in ${variable}`;
}

/** A folder of TensorFlow's libraries and the addon that calls them. */
export interface NativeFolder {
  readonly path: string;
  /** Version of TensorFlow. */
  readonly version: string;
  /** Path of the addon. */
  readonly addon: string;
  /** All files, by their path in the folder. */
  readonly files: Readonly<Record<string, NativeFile>>;
}

/** What a file of the folder must be. */
interface NativeFile {
  readonly bytes: number;
  readonly sha256?: string;
}

interface Manifest {
  readonly tensorflow: string;
  readonly files: Readonly<Record<string, NativeFile>>;
  readonly addon: { readonly file: string };
}

/**
 * `EDDYFLOW_NATIVE`, or the nearest `.tools/native` or `.eddyflow/native` of this folder or one above it; null where there
 * is none. The folder that a process runs in says nothing: what lies there may be another person's.
 */
function locate(kind: NativeKind): string | null {
  const named = process.env[places[kind].variable];
  if (named !== undefined && named !== "") return named;
  for (let folder = import.meta.dirname; ; folder = dirname(folder)) {
    const candidates = parents.map((parent) => join(folder, parent, places[kind].folder));
    const found = candidates.find((candidate) => existsSync(candidate));
    if (found !== undefined) return found;
    if (folder === dirname(folder)) return null;
  }
}

function isManifest(value: unknown): value is Manifest {
  const { tensorflow, files, addon } = (value ?? {}) as Partial<Manifest>;
  return (
    typeof tensorflow === "string" &&
    typeof files === "object" &&
    typeof addon?.file === "string" &&
    files[addon.file] !== undefined
  );
}

/**
 * The installed native libraries, or null where there are none. Sizes are compared, contents are not: the installer has
 * compared their checksums, and reading 850 MB takes longer than starting.
 *
 * @throws BackendError where the folder is there but not whole.
 */
export function findNativeFolder(kind: NativeKind = "cpu"): NativeFolder | null {
  const path = locate(kind);
  if (path === null) return null;
  const remedy = installRemedy(kind);
  let manifest: unknown;
  const file = join(path, "manifest.json");
  try {
    manifest = JSON.parse(readFileSync(file, "utf8"));
  } catch (cause) {
    const refused = systemError(cause, { path: file, doing: "read" });
    throw new BackendError({
      problem: refused?.problem ?? `${path} has no readable manifest.json`,
      expected: refused?.expected ?? "a finished installation of native TensorFlow",
      remedy: refused?.remedy ?? remedy,
      cause,
    });
  }
  if (!isManifest(manifest)) {
    throw new BackendError({
      problem: `${file} does not describe an installation`,
      expected: "tensorflow, files and addon.file",
      remedy,
    });
  }
  const { tensorflow: version, files, addon } = manifest;
  for (const [name, { bytes }] of Object.entries(files)) {
    const found = statSync(join(path, name), { throwIfNoEntry: false })?.size;
    if (found !== bytes) {
      throw new BackendError({
        problem: `${join(path, name)} ${found === undefined ? "is missing" : `has ${found} bytes`}`,
        expected: `${bytes} bytes`,
        remedy,
      });
    }
  }
  return { path, version, files, addon: join(path, addon.file) };
}

/**
 * Compares the content of files with the manifest's checksums: of those that were written after the manifest (edited or
 * copied), whose size says too little, or of `all`. Where the younger ones agree the manifest's time is moved on, so that
 * they are read once.
 *
 * @param onProgress - is told how many bytes have been compared.
 * @throws BackendError for the first that differs.
 */
export function verifyContents(
  { path, files }: NativeFolder,
  kind: NativeKind,
  { all = false, onProgress }: { all?: boolean; onProgress?: (bytes: number) => void } = {},
): void {
  const manifest = join(path, "manifest.json");
  const written = statSync(manifest).mtimeMs;
  let touched = false;
  let done = 0;
  for (const [name, { bytes, sha256 }] of Object.entries(files)) {
    const file = join(path, name);
    const isYounger = statSync(file).mtimeMs > written;
    if (sha256 === undefined || !(all || isYounger)) continue;
    touched ||= isYounger;
    if (sha256OfFile(file) !== sha256) {
      throw new BackendError({
        problem: `${file} is damaged`,
        expected: `sha256 ${sha256}`,
        remedy: `${installRemedy(kind).slice(0, -1)} --force\``,
      });
    }
    done += bytes;
    onProgress?.(done);
  }
  if (!touched) return;
  try {
    utimesSync(manifest, new Date(), new Date());
  } catch {
    // A folder that cannot be written is as good; the files are then read each time.
  }
}
