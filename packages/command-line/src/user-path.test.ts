import { afterEach, expect, test, vi } from "vitest";
import { userPath } from "./user-path.ts";

afterEach(() => vi.unstubAllEnvs());

test("a path is relative to where the person stands, not to the package", () => {
  vi.stubEnv("INIT_CWD", "/home/person");
  expect(userPath("data/ks2d")).toBe("/home/person/data/ks2d");
  expect(userPath("/elsewhere")).toBe("/elsewhere");
  vi.stubEnv("INIT_CWD", undefined);
  expect(userPath("data")).toBe(`${process.cwd()}/data`);
});
