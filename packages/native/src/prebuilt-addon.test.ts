import { createHash } from "node:crypto";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { addonFile } from "./pins.ts";
import { findPrebuilt, neededGlibc } from "./prebuilt-addon.ts";

const machine = { platform: "linux", arch: "x64", glibc: "2.36" };
const content = Buffer.from("ELF GLIBC_2.4 GLIBC_2.34 GLIBC_2.17");
let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "prebuilt-"));
  path = join(folder, "linux-x64", addonFile);
  await mkdir(join(path, ".."));
  await writeFile(path, content);
  const sha256 = createHash("sha256").update(content).digest("hex");
  const addon = { recipe: "a", compiler: "g++ 12", bytes: content.length, sha256, glibc: "2.34" };
  await writeFile(join(folder, "linux-x64/addon.json"), JSON.stringify(addon));
});
afterEach(() => rm(folder, { recursive: true }));

test("an addon of the same sources that the system can load is taken", async () => {
  expect(await findPrebuilt("a", machine, folder)).toEqual({ path, compiler: "g++ 12 (prebuilt)" });
});

test("an addon of other sources, for another system or not as it was packed is refused with the reason", async () => {
  expect(await findPrebuilt("b", machine, folder)).toMatch(/other sources/u);
  expect(await findPrebuilt("a", { ...machine, glibc: "2.31" }, folder)).toBe(
    "the addon of this package needs glibc 2.34, here is 2.31",
  );
  expect(await findPrebuilt("a", { ...machine, arch: "arm64" }, folder)).toMatch(
    /no addon for linux arm64/u,
  );
  await writeFile(path, "another");
  expect(await findPrebuilt("a", machine, folder)).toBe(`${path} is not the addon that was packed`);
});

test("what a compiled file needs of the C library is the newest version it names", () => {
  expect(neededGlibc(content)).toBe("2.34");
  expect(neededGlibc(Buffer.from("nothing"))).toBe("2.0");
});
