import { existsSync, readFileSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { BackendError } from "@eddyflow/core";

const remedy = "run `pnpm native:install`";

/** A folder of TensorFlow's libraries and the addon that calls them. */
export interface NativeFolder {
  readonly path: string;
  /** Version of TensorFlow. */
  readonly version: string;
  /** Path of the addon. */
  readonly addon: string;
}

interface Manifest {
  readonly tensorflow: string;
  readonly files: Readonly<Record<string, { readonly bytes: number }>>;
  readonly addon: { readonly file: string };
}

/** `EDDYFLOW_NATIVE`, or the nearest `.tools/native` of this folder or one above it; null where there is none. */
function locate(): string | null {
  const named = process.env["EDDYFLOW_NATIVE"];
  if (named !== undefined && named !== "") return named;
  for (let folder = import.meta.dirname; ; folder = dirname(folder)) {
    const candidate = join(folder, ".tools", "native");
    if (existsSync(candidate)) return candidate;
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
 * The installed native libraries, or null where there are none. Sizes are checked, contents are not: the
 * installer has compared their checksums, and reading 850 MB takes longer than starting.
 *
 * @throws BackendError where the folder is there but not whole.
 */
export function findNativeFolder(): NativeFolder | null {
  const path = locate();
  if (path === null) return null;
  let manifest: unknown;
  try {
    manifest = JSON.parse(readFileSync(join(path, "manifest.json"), "utf8"));
  } catch (cause) {
    throw new BackendError({
      problem: `${path} has no readable manifest.json`,
      expected: "a finished installation of native TensorFlow",
      remedy,
      cause,
    });
  }
  if (!isManifest(manifest)) {
    throw new BackendError({
      problem: `${join(path, "manifest.json")} does not describe an installation`,
      expected: "tensorflow, files and addon.file",
      remedy,
    });
  }
  for (const [name, { bytes }] of Object.entries(manifest.files)) {
    const found = statSync(join(path, name), { throwIfNoEntry: false })?.size;
    if (found !== bytes) {
      throw new BackendError({
        problem: `${join(path, name)} ${found === undefined ? "is missing" : `has ${found} bytes`}`,
        expected: `${bytes} bytes`,
        remedy,
      });
    }
  }
  return { path, version: manifest.tensorflow, addon: join(path, manifest.addon.file) };
}
