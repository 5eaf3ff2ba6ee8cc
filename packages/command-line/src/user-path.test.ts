import { join } from "node:path";
import { afterEach, expect, test, vi } from "vitest";
import { userPath } from "./user-path.ts";

const ours = join(import.meta.dirname, "../../../apps/trainer/package.json");

afterEach(() => vi.unstubAllEnvs());

test("a path is relative to where the person stands, not to the package", () => {
  vi.stubEnv("INIT_CWD", "/home/person");
  vi.stubEnv("npm_package_json", ours);
  expect(userPath("data/ks2d")).toBe("/home/person/data/ks2d");
  expect(userPath("/elsewhere")).toBe("/elsewhere");
  vi.stubEnv("INIT_CWD", undefined);
  expect(userPath("data")).toBe(`${process.cwd()}/data`);
});

test("an INIT_CWD that the script of another package left behind says nothing", () => {
  vi.stubEnv("INIT_CWD", "/home/person/paper");
  vi.stubEnv("npm_package_json", "/home/person/paper/package.json");
  expect(userPath("data")).toBe(`${process.cwd()}/data`);
});
