import { createHash } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { mkdir } from "node:fs/promises";
import { dirname } from "node:path";
import { Transform } from "node:stream";
import { text } from "node:stream/consumers";
import { pipeline } from "node:stream/promises";
import { BackendError } from "@eddyflow/core";
import { type Entry, openPromise } from "yauzl";

/** Size and lower-case hexadecimal sha256 of a file. */
export interface FileDigest {
  readonly bytes: number;
  readonly sha256: string;
}

/** Reads the file once; about 2 s a gigabyte. */
export async function digestFile(path: string, signal?: AbortSignal): Promise<FileDigest> {
  const hash = createHash("sha256");
  let bytes = 0;
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20, signal })) {
    hash.update(chunk);
    bytes += chunk.length;
  }
  return { bytes, sha256: hash.digest("hex") };
}

/**
 * The digests in a wheel's RECORD (binary distribution format, PEP 427): lines `path,sha256=<base64url>,bytes`;
 * lines without a digest (RECORD itself) are left out.
 */
export function parseRecord(record: string): ReadonlyMap<string, FileDigest> {
  const digests = new Map<string, FileDigest>();
  for (const line of record.split(/\r?\n/)) {
    const match = /^(.*),sha256=([\w-]+),(\d+)$/.exec(line);
    if (match === null) continue;
    const [, path = "", sha256 = "", bytes] = match;
    digests.set(path.replace(/^"(.*)"$/, "$1"), {
      bytes: Number(bytes),
      sha256: Buffer.from(sha256, "base64url").toString("hex"),
    });
  }
  return digests;
}

/** Where a wheel keeps the digests of its members, by the wheel's own file name. */
export function recordPath(file: string): string {
  return `${file.split("-").slice(0, 2).join("-")}.dist-info/RECORD`;
}

/** The paths of all members, in the wheel's order. */
export async function listMembers(wheel: string): Promise<readonly string[]> {
  const archive = await openPromise(wheel, { autoClose: false });
  try {
    const names: string[] = [];
    for await (const { fileName } of archive.eachEntry()) names.push(fileName);
    return names;
  } finally {
    archive.close();
  }
}

/**
 * Writes `members` (path in the wheel → path on disk) and compares size and sha256 of each with the wheel's RECORD.
 * Streams: no member is held in memory. Folders are made as needed.
 * @returns the digest of each member, by its path in the wheel.
 * @throws BackendError where a member is absent or differs from RECORD; the files written so far are left.
 */
export async function extractMembers(
  wheel: string,
  record: string,
  members: ReadonlyMap<string, string>,
  signal?: AbortSignal,
): Promise<ReadonlyMap<string, FileDigest>> {
  const archive = await openPromise(wheel, { autoClose: false });
  try {
    const entries = new Map<string, Entry>();
    for await (const entry of archive.eachEntry()) entries.set(entry.fileName, entry);
    const open = async (member: string) => {
      const entry = entries.get(member);
      if (entry === undefined) throw damaged(wheel, `it lacks ${member}`);
      return archive.openReadStreamPromise(entry);
    };

    const recorded = parseRecord(await text(await open(record)));
    const digests = new Map<string, FileDigest>();
    for (const [member, path] of members) {
      await mkdir(dirname(path), { recursive: true });
      const hash = createHash("sha256");
      let bytes = 0;
      const measure = new Transform({
        transform(chunk: Buffer, _encoding, done) {
          hash.update(chunk);
          bytes += chunk.length;
          done(null, chunk);
        },
      });
      const output = createWriteStream(path, { flush: true, highWaterMark: 1 << 20 });
      await pipeline(await open(member), measure, output, { signal });
      const digest = { bytes, sha256: hash.digest("hex") };
      const expected = recorded.get(member);
      if (expected?.bytes !== digest.bytes || expected.sha256 !== digest.sha256) {
        throw damaged(wheel, `${member} differs from its RECORD`);
      }
      digests.set(member, digest);
    }
    return digests;
  } finally {
    archive.close();
  }
}

function damaged(wheel: string, what: string): BackendError {
  return new BackendError({
    problem: `${wheel} is damaged: ${what}`,
    expected: "the wheel as it was published",
    remedy: "remove it and try again",
  });
}
