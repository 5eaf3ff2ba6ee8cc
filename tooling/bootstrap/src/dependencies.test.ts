import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { findMissingDependencies, installDependencies } from "./dependencies.mjs";

let root: string;
const write = (path: string, content: string) => {
  mkdirSync(join(root, path, ".."), { recursive: true });
  writeFileSync(join(root, path), content);
};
/** Stands in for pnpm: makes the folders, ends with the code. */
const pnpm = (code: number) => [
  process.execPath,
  "-e",
  `for (const f of [".", "packages/a"]) fs.mkdirSync(f + "/node_modules", { recursive: true }); process.exit(${code})`,
  "--",
];
const install = (code = 0) =>
  installDependencies(root, pnpm(code), {
    env: process.env,
    signal: new AbortController().signal,
  });

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "dependencies-"));
  write("pnpm-lock.yaml", "lockfileVersion: 9");
  write("package.json", "{}");
  write("packages/a/package.json", '{ "dependencies": { "b": "1" } }');
});
afterEach(() => rmSync(root, { recursive: true }));

test("a bare checkout needs an install, a finished one does not", async () => {
  expect(findMissingDependencies(root)).toMatch(/no node_modules/);
  await install();
  expect(findMissingDependencies(root)).toBeNull();
});

test("an install that fails or is cut off counts as none", async () => {
  await install();
  await expect(install(1)).rejects.toThrow(/pnpm install failed/);
  expect(existsSync(join(root, "node_modules"))).toBe(true);
  expect(findMissingDependencies(root)).toMatch(/no install was completed/);
});

test.each([
  ["pnpm-lock.yaml", "lockfileVersion: 10"],
  ["packages/a/package.json", '{ "dependencies": { "b": "2" } }'],
  ["tooling/new/package.json", "{}"],
])("a change of %s needs an install", async (path, content) => {
  await install();
  write(path, content);
  expect(findMissingDependencies(root)).toMatch(/changed/);
});

test("a package whose node_modules was removed needs an install", async () => {
  await install();
  rmSync(join(root, "packages/a/node_modules"), { recursive: true });
  expect(findMissingDependencies(root)).toMatch(/packages.a has no node_modules/);
});
