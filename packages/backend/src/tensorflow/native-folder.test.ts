import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { findNativeFolder } from "./native-folder.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "eddyflow-"));
  vi.stubEnv("EDDYFLOW_NATIVE", folder);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true });
});

const manifest = (bytes: number): string =>
  JSON.stringify({
    tensorflow: "2.21.0",
    files: { "addon.node": { bytes, sha256: "" } },
    addon: { file: "addon.node" },
  });

test("a whole folder gives its version and addon", async () => {
  await writeFile(join(folder, "manifest.json"), manifest(3));
  await writeFile(join(folder, "addon.node"), "abc");
  expect(findNativeFolder()).toEqual({
    path: folder,
    version: "2.21.0",
    files: { "addon.node": { bytes: 3, sha256: "" } },
    addon: join(folder, "addon.node"),
  });
});

test("a file cut short is an error that says how long it is", async () => {
  await writeFile(join(folder, "manifest.json"), manifest(4));
  await writeFile(join(folder, "addon.node"), "abc");
  expect(findNativeFolder).toThrow("addon.node has 3 bytes; expected 4 bytes; run `pnpm native");
});

test.each([
  ["no manifest", null],
  ["half a manifest", "{"],
  ["another JSON", "[]"],
])("a folder with %s is an error", async (_, text) => {
  if (text !== null) await writeFile(join(folder, "manifest.json"), text);
  expect(findNativeFolder).toThrow("manifest.json");
});
