import { CheckpointError } from "@eddyflow/core";
import { isSafeName, type Manifest, parseManifest } from "./manifest.ts";

/** Reads one file of a checkpoint by its name, e.g. "manifest.json". */
export type Source = (file: string) => Promise<Uint8Array>;

/**
 * A checkpoint folder behind a URL. Sizes and hashes are checked as by `verifiedSource`.
 *
 * @throws CheckpointError (from the source) where a file is absent, cut short or damaged.
 */
export function urlSource(url: string | URL): Source {
  const folder = String(url).replace(/\/+$/, "");
  return verifiedSource(async (file) => {
    const response = await fetch(`${folder}/${file}`);
    if (!response.ok) {
      throw new CheckpointError({
        problem: `${folder}/${file} cannot be fetched: ${response.status} ${response.statusText}`,
        expected: "a checkpoint folder",
        remedy: "check the address",
      });
    }
    return new Uint8Array(await response.arrayBuffer());
  });
}

/**
 * Wraps a source so that each file is compared with the manifest: its size, and its SHA-256 wherever
 * Web Crypto exists (everywhere but on web pages without https).
 *
 * @throws CheckpointError (from the source) where a file is not in the manifest or differs from it.
 */
export function verifiedSource(read: Source): Source {
  let manifest: Promise<Manifest> | undefined;
  return async (file) => {
    if (file === "manifest.json") return await read(file);
    manifest ??= readManifest(read);
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
 * Reads and checks `manifest.json`.
 *
 * @throws CheckpointError where it is absent, no JSON or lacks a field.
 */
export async function readManifest(source: Source): Promise<Manifest> {
  const bytes = await source("manifest.json");
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder().decode(bytes));
  } catch (cause) {
    throw damaged("manifest.json of the checkpoint is no JSON", "a manifest", cause);
  }
  return parseManifest(json);
}

async function sha256(bytes: Uint8Array): Promise<string | null> {
  if (globalThis.crypto?.subtle === undefined) return null;
  const digest = await crypto.subtle.digest("SHA-256", bytes as Uint8Array<ArrayBuffer>);
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function damaged(problem: string, expected: string, cause?: unknown): CheckpointError {
  return new CheckpointError({
    problem,
    expected,
    remedy: "the checkpoint is damaged or cut short, copy it again or give another",
    cause,
  });
}
