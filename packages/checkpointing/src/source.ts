import { CheckpointError, parseJson } from "@eddyflow/core";
import { isSafeName, type Manifest, parseManifest } from "./manifest.ts";
import { sha256, unsealed } from "./seal.ts";

/** Reads one file of a checkpoint by its name, e.g. "manifest.json". */
export type Source = (file: string) => Promise<Uint8Array>;

/**
 * Wraps a source so that each file is compared with the manifest, which is read once: its size, and its SHA-256 wherever
 * Web Crypto exists (everywhere but on web pages without https).
 *
 * @throws CheckpointError (from the source) where a file is not in the manifest or differs from it.
 */
export function verifiedSource(read: Source): Source {
  let bytes: Promise<Uint8Array> | undefined;
  const once: Source = (file) => {
    bytes ??= read(file).catch((error: unknown) => {
      // Whoever asks again may have more luck.
      bytes = undefined;
      throw error;
    });
    return bytes;
  };
  let manifest: Promise<Manifest> | undefined;
  return async (file) => {
    if (file === "manifest.json") return await once(file);
    manifest ??= readManifest(once);
    const { files } = await manifest;
    const entry = Object.hasOwn(files, file) ? files[file] : undefined;
    if (!isSafeName(file) || entry === undefined) {
      throw new CheckpointError({
        problem: `the checkpoint has no file "${file}"`,
        expected: `one of ${Object.keys(files).join(", ")}`,
        remedy: "ask for what it has, or give another checkpoint",
      });
    }
    const bytes = await read(file);
    if (bytes.length !== entry.bytes) {
      throw damaged(`${file} has ${bytes.length} bytes`, `${entry.bytes}`);
    }
    const found = await sha256(bytes);
    if (found !== null && found !== entry.sha256) {
      throw damaged(`${file} has SHA-256 ${found.slice(0, 8)}…`, `${entry.sha256.slice(0, 8)}…`);
    }
    return bytes;
  };
}

/**
 * Reads and checks `manifest.json`; from version 3 on it holds the SHA-256 of its own content.
 *
 * @throws CheckpointError where it is absent, no JSON, other than it was written, or lacks a field.
 */
export async function readManifest(source: Source): Promise<Manifest> {
  const bytes = await source("manifest.json");
  let json: unknown;
  try {
    json = parseJson(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch (cause) {
    const why = (cause as Error).message;
    throw damaged(`manifest.json of the checkpoint is no JSON (${why})`, "a manifest", cause);
  }
  const { json: manifest, wrong } = await unsealed(json);
  if (wrong === "another") {
    throw damaged(
      "manifest.json of the checkpoint is not as it was written",
      "the content that its sha256 belongs to",
    );
  }
  const parsed = parseManifest(manifest);
  if (wrong === null || parsed.version === 2) return parsed;
  throw damaged("manifest.json of the checkpoint has lost its sha256", "64 hexadecimal digits");
}

function damaged(problem: string, expected: string, cause?: unknown): CheckpointError {
  return new CheckpointError({
    problem,
    expected,
    remedy: "the checkpoint is damaged or cut short, copy it again or give another",
    cause,
  });
}
