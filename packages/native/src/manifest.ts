import { readFile, stat, utimes } from "node:fs/promises";
import { join } from "node:path";
import { digestFile, type FileDigest } from "./wheel.ts";

/** manifest.json of an installed native backend: what it is made of. */
export interface NativeManifest {
  /** Version of TensorFlow. */
  readonly tensorflow: string;
  /** The wheels that it was taken from. */
  readonly wheels?: readonly string[];
  readonly files: Readonly<Record<string, FileDigest>>;
  readonly addon: {
    readonly file: string;
    /** The npm package whose sources were compiled. */
    readonly source: string;
    readonly compiler: string;
    /** Content hash of our changes to the sources and of the compiler's flags. */
    readonly recipe: string;
  };
}

export const manifestFile = "manifest.json";

/** What an install must be to be used as it is. */
export interface Wanted {
  readonly tensorflow: string;
  readonly recipe: string;
  /** Those of the manifest are looked for too. */
  readonly files: readonly string[];
  readonly wheels?: readonly string[];
}

/**
 * Why the install in `folder` cannot be used, in words, or null where it can. Sizes are always compared; a file whose
 * time is later than the manifest's (edited or copied) is hashed too, and the manifest's time moved on where all agree.
 */
export async function findDefect(folder: string, wanted: Wanted): Promise<string | null> {
  const path = join(folder, manifestFile);
  const manifest = await readManifest(path);
  if (manifest === null) return "no complete install is there";
  if (manifest.tensorflow !== wanted.tensorflow) {
    return `TensorFlow ${manifest.tensorflow} is there, ${wanted.tensorflow} is wanted`;
  }
  // Installs from before the wheels were noted had the one wheel of their version.
  const unlike = wanted.wheels?.find(
    (wheel) => !(manifest.wheels ?? wanted.wheels)?.includes(wheel),
  );
  if (unlike !== undefined) return `${unlike} is wanted`;
  if (manifest.addon?.recipe !== wanted.recipe) return "the addon was built differently";
  const { mtimeMs: written } = await stat(path);
  let touched = false;
  for (const name of new Set([...wanted.files, ...Object.keys(manifest.files ?? {})])) {
    const expected = manifest.files?.[name];
    const found = await stat(join(folder, name)).catch(() => null);
    if (expected === undefined || found === null) return `${name} is missing`;
    if (found.size !== expected.bytes) return `${name} is damaged`;
    if (found.mtimeMs > written) {
      touched = true;
      if ((await digestFile(join(folder, name))).sha256 !== expected.sha256) {
        return `${name} is damaged`;
      }
    }
  }
  // A folder that cannot be written is as good; the files are then hashed each time.
  if (touched) await utimes(path, new Date(), new Date()).catch(() => {});
  return null;
}

/** The manifest at `path`, or null where it is none. */
export async function readManifest(path: string): Promise<NativeManifest | null> {
  try {
    return JSON.parse(await readFile(path, "utf8"));
  } catch {
    return null;
  }
}
