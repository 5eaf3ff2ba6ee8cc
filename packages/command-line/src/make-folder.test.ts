import { existsSync } from "node:fs";
import { mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { makeFolder } from "./make-folder.ts";

test("makes every missing folder of a path, and leaves one that is there", async () => {
  const root = await mkdtemp(join(tmpdir(), "make-folder-"));
  const path = join(root, "a", "b", "c");
  await makeFolder(path);
  await writeFile(join(path, "kept"), "");
  await makeFolder(path);
  expect((await stat(join(path, "kept"))).isFile()).toBe(true);
  await rm(root, { recursive: true });
});

test.runIf(existsSync("/proc/self"))(
  "a file system that takes no names is an error at once",
  async () => {
    await expect(makeFolder("/proc/x/y")).rejects.toThrow("read-only");
  },
);
