import { createHash } from "node:crypto";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { crc32, deflateRawSync } from "node:zlib";
import { afterEach, beforeEach, expect, test } from "vitest";
import { digestFile, extractMembers, parseRecord } from "./wheel.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "wheel-"));
});
afterEach(() => rm(folder, { recursive: true }));

const sha256 = (content: Buffer, encoding: "hex" | "base64url") =>
  createHash("sha256").update(content).digest(encoding);

/** A zip archive after APPNOTE 6.3.10, §4.3: local headers with deflated data, central directory, end record. */
function zip(members: Readonly<Record<string, Buffer>>): Buffer {
  const bodies: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const [name, content] of Object.entries(members)) {
    const data = deflateRawSync(content);
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(8, 4);
    common.writeUInt32LE(crc32(content), 10);
    common.writeUInt32LE(data.length, 14);
    common.writeUInt32LE(content.length, 18);
    common.writeUInt16LE(name.length, 22);
    const body = [Buffer.from("PK\x03\x04"), common, Buffer.from(name), data];
    const tail = Buffer.alloc(14);
    tail.writeUInt32LE(offset, 10);
    directory.push(Buffer.from("PK\x01\x02\x14\0"), common, tail, Buffer.from(name));
    bodies.push(...body);
    offset += body.reduce((sum, { length }) => sum + length, 0);
  }
  const central = Buffer.concat(directory);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(Object.keys(members).length, 4);
  end.writeUInt16LE(Object.keys(members).length, 6);
  end.writeUInt32LE(central.length, 8);
  end.writeUInt32LE(offset, 12);
  return Buffer.concat([...bodies, central, Buffer.from("PK\x05\x06"), end]);
}

const library = Buffer.from("library ".repeat(300_000));
const recordOf = (content: Buffer) =>
  Buffer.from(
    `lib/a.so,sha256=${sha256(content, "base64url")},${content.length}\r\nx.dist-info/RECORD,,\r\n`,
  );

async function writeWheel(members: Readonly<Record<string, Buffer>>): Promise<string> {
  const path = join(folder, "x.whl");
  await writeFile(path, zip(members));
  return path;
}

test("RECORD's digests come as hexadecimal, and RECORD itself has none", () => {
  const empty = "47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU";
  const record = parseRecord(`a/b.h,sha256=${empty},0\n"a,b.h",sha256=${empty},0\nRECORD,,\n`);
  expect([...record.keys()]).toEqual(["a/b.h", "a,b.h"]);
  expect(record.get("a/b.h")).toEqual({
    bytes: 0,
    sha256: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
  });
});

test("a member is written as it was packed, and its digest returned", async () => {
  const wheel = await writeWheel({ "lib/a.so": library, "x.dist-info/RECORD": recordOf(library) });
  const target = join(folder, "new/a.so");
  const digests = await extractMembers(
    wheel,
    "x.dist-info/RECORD",
    new Map([["lib/a.so", target]]),
  );
  expect((await readFile(target)).equals(library)).toBe(true);
  const digest = { bytes: library.length, sha256: sha256(library, "hex") };
  expect(digests.get("lib/a.so")).toEqual(digest);
  expect(await digestFile(target)).toEqual(digest);
});

test("a member that differs from RECORD is refused", async () => {
  const other = Buffer.from(library);
  other[17] = 0;
  const wheel = await writeWheel({ "lib/a.so": other, "x.dist-info/RECORD": recordOf(library) });
  const members = new Map([["lib/a.so", join(folder, "a.so")]]);
  await expect(extractMembers(wheel, "x.dist-info/RECORD", members)).rejects.toThrow(
    /lib\/a\.so differs from its RECORD/,
  );
});

test("a member that the wheel lacks is refused", async () => {
  const wheel = await writeWheel({ "x.dist-info/RECORD": recordOf(library) });
  const members = new Map([["lib/a.so", join(folder, "a.so")]]);
  await expect(extractMembers(wheel, "x.dist-info/RECORD", members)).rejects.toThrow(
    /lacks lib\/a\.so/,
  );
});
