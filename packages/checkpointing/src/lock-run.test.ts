import fs from "node:fs/promises";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { lockRun } from "./lock-run.ts";

let folder: string;
beforeEach(async () => {
  folder = await fs.mkdtemp(join(tmpdir(), "eddyflow-lock-"));
});
afterEach(async () => {
  vi.restoreAllMocks();
  vi.doUnmock("fs-native-extensions");
  await fs.rm(folder, { recursive: true });
});

test("a lock keeps its own process out too, until it is released", async () => {
  const lock = await lockRun(folder);
  await expect(lockRun(folder)).rejects.toThrow(`process ${process.pid}`);
  lock.release();
  lock.release();
  (await lockRun(folder)).release();
});

test("a file of a process that is gone is no lock, whoever has its number now", async () => {
  const holder = { process: process.pid, host: hostname(), since: new Date().toISOString() };
  await fs.writeFile(join(folder, ".lock"), `${JSON.stringify(holder)}\n`);
  (await lockRun(folder)).release();
});

test("a folder that was moved is found, and one that was removed is not", async () => {
  const lock = await lockRun(folder);
  expect([await lock.isThere(), await lock.place()]).toEqual([true, folder]);
  await fs.rename(folder, `${folder}-moved`);
  expect(await lock.isThere()).toBe(false);
  const isLinux = process.platform === "linux";
  expect(await lock.place()).toBe(isLinux ? `${folder}-moved` : null);
  await fs.rm(`${folder}-moved`, { recursive: true });
  await fs.mkdir(folder);
  expect([await lock.isThere(), await lock.place()]).toEqual([false, null]);
  await fs.writeFile(join(folder, ".lock"), "");
  expect(await lock.isThere()).toBe(false);
  lock.release();
});

test("a link in place of the lock is not followed", async () => {
  const outside = join(folder, "outside");
  await fs.writeFile(outside, "mine");
  await fs.symlink(outside, join(folder, ".lock"));
  await expect(lockRun(folder)).rejects.toThrow();
  expect(await fs.readFile(outside, "utf8")).toBe("mine");
});

test("a hard link in place of the lock is replaced, and its other names keep their content", async () => {
  const outside = join(folder, "outside");
  await fs.writeFile(outside, "mine");
  await fs.link(outside, join(folder, ".lock"));
  const lock = await lockRun(folder);
  expect(await fs.readFile(outside, "utf8")).toBe("mine");
  expect(await lock.isThere()).toBe(true);
  // One that a backup shares while it is held stays the lock.
  await fs.link(join(folder, ".lock"), join(folder, "backup"));
  await expect(lockRun(folder)).rejects.toThrow("is being written by process");
  expect(await lock.isThere()).toBe(true);
  lock.release();
});

test.each([
  ["ENOLCK", "its file system has no locks"],
  ["ADDON_NOT_FOUND", "this platform has no locks"],
])("where there are no locks (%s) a warning says so, and the run goes on", async (code, words) => {
  const warn = vi.spyOn(process, "emitWarning").mockImplementation(() => {});
  vi.doMock("fs-native-extensions", () => ({
    tryLock: () => {
      throw Object.assign(new Error(code), { code });
    },
  }));
  (await lockRun(folder)).release();
  expect(warn).toHaveBeenCalledWith(expect.stringContaining(words));
});
