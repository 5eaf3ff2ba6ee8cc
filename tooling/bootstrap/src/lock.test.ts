import { existsSync, mkdirSync, mkdtempSync, rmSync, utimesSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { writeJson } from "./json-file.mjs";
import { takeLock } from "./lock.mjs";

let folder: string;
let lock: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "lock-"));
  lock = join(folder, "new/lock");
});
afterEach(() => rmSync(folder, { recursive: true }));

test("a second taker waits until the first gives it back", async () => {
  const events: string[] = [];
  const release = await takeLock(lock);
  const second = takeLock(lock, {
    pollMs: 5,
    onWait: (holder) => {
      events.push(`waits for ${holder}`);
      events.push("given back");
      release();
    },
  });
  const releaseSecond = await second;
  expect(events).toEqual([`waits for process ${process.pid} on ${hostname()}`, "given back"]);
  expect(existsSync(lock)).toBe(true);
  releaseSecond();
  expect(existsSync(lock)).toBe(false);
});

test("a lock whose owner has ended is taken over", async () => {
  writeJson(join(lock, "owner.json"), { pid: 2 ** 22 + 1, host: hostname() });
  (await takeLock(lock))();
});

test("a lock without a sign of life for a minute is taken over, whoever held it", async () => {
  mkdirSync(lock, { recursive: true });
  const old = new Date(Date.now() - 61_000);
  utimesSync(lock, old, old);
  (await takeLock(lock))();
  writeJson(join(lock, "owner.json"), { pid: process.pid, host: "another" });
  utimesSync(lock, old, old);
  (await takeLock(lock))();
});

test("waiting can be interrupted, and the lock stays with its owner", async () => {
  const release = await takeLock(lock);
  const controller = new AbortController();
  const second = takeLock(lock, { signal: controller.signal, pollMs: 5 });
  controller.abort();
  await expect(second).rejects.toThrow();
  expect(existsSync(lock)).toBe(true);
  release();
});
