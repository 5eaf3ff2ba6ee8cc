import { createHash } from "node:crypto";
import { mkdtemp, rm, stat, truncate, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { findDefect, manifestFile } from "./manifest.ts";

const wanted = { tensorflow: "2.0.0", recipe: "r", files: ["a.so"] };
const content = "library";
const past = new Date(Date.now() - 60_000);
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "manifest-"));
  const sha256 = createHash("sha256").update(content).digest("hex");
  await writeFile(join(folder, "a.so"), content);
  await writeFile(
    join(folder, manifestFile),
    JSON.stringify({
      tensorflow: "2.0.0",
      files: { "a.so": { bytes: content.length, sha256 } },
      addon: { recipe: "r" },
    }),
  );
  await utimes(join(folder, "a.so"), past, past);
});
afterEach(() => rm(folder, { recursive: true }));

test("a whole install has no defect", async () => {
  expect(await findDefect(folder, wanted)).toBeNull();
});

test("a folder without a manifest is no install", async () => {
  await rm(join(folder, manifestFile));
  expect(await findDefect(folder, wanted)).toMatch(/no complete install/);
});

test("another TensorFlow, another addon and another file are defects", async () => {
  expect(await findDefect(folder, { ...wanted, tensorflow: "2.1.0" })).toMatch(/2\.0\.0 is there/);
  expect(await findDefect(folder, { ...wanted, recipe: "s" })).toMatch(/built differently/);
  expect(await findDefect(folder, { ...wanted, files: ["b.so"] })).toBe("b.so is missing");
});

test("a file that is missing or cut short is found", async () => {
  await truncate(join(folder, "a.so"), 3);
  expect(await findDefect(folder, wanted)).toBe("a.so is damaged");
  await rm(join(folder, "a.so"));
  expect(await findDefect(folder, wanted)).toBe("a.so is missing");
});

test("a file that was edited afterwards is found by its content", async () => {
  await utimes(join(folder, manifestFile), past, past);
  await writeFile(join(folder, "a.so"), "l1brary");
  expect(await findDefect(folder, wanted)).toBe("a.so is damaged");
});

test("a file that was copied is hashed once, then known", async () => {
  await utimes(join(folder, manifestFile), past, past);
  const now = new Date();
  await utimes(join(folder, "a.so"), now, now);
  expect(await findDefect(folder, wanted)).toBeNull();
  const { mtimeMs } = await stat(join(folder, manifestFile));
  expect(mtimeMs).toBeGreaterThanOrEqual((await stat(join(folder, "a.so"))).mtimeMs);
});
