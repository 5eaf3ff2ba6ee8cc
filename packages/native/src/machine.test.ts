import { tmpdir } from "node:os";
import { expect, test } from "vitest";
import { checkFreeSpace, checkMachine } from "./machine.ts";

test("x86-64 Linux with glibc 2.27 or later is accepted, nothing else", () => {
  const linux = { platform: "linux", arch: "x64" };
  for (const glibc of ["2.27", "2.36", "3.0"]) checkMachine({ ...linux, glibc });
  for (const glibc of ["2.26", "1.99", undefined]) {
    expect(() => checkMachine({ ...linux, glibc })).toThrow(/no native TensorFlow/);
  }
  expect(() => checkMachine({ ...linux, arch: "arm64", glibc: "2.36" })).toThrow(/linux arm64/);
  expect(() => checkMachine({ platform: "darwin", arch: "x64", glibc: undefined })).toThrow(
    /darwin x64/,
  );
});

test("a disk without room is refused before anything is written", async () => {
  await checkFreeSpace(tmpdir(), 1);
  await expect(checkFreeSpace(tmpdir(), 1e18)).rejects.toThrow(/MB free/);
});
