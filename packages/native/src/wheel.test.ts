import { createHash } from "node:crypto";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { digestFile, extractMembers, parseRecord } from "./wheel.ts";
import { zip } from "./zip.test.helpers.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "wheel-"));
});
afterEach(() => rm(folder, { recursive: true }));

const sha256 = (content: Buffer, encoding: "hex" | "base64url") =>
  createHash("sha256").update(content).digest(encoding);

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
