import { dirname, join } from "node:path";
import { afterEach, expect, test, vi } from "vitest";
import { userPath } from "./user-path.ts";

const ours = join(import.meta.dirname, "../../../apps/trainer/package.json");
const stand = (folder: string) => vi.spyOn(process, "cwd").mockReturnValue(folder);

afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

test("a path is relative to where the person stands, not to the package", () => {
  vi.stubEnv("INIT_CWD", "/home/person");
  vi.stubEnv("npm_package_json", ours);
  stand(dirname(ours));
  expect(userPath("data/ks2d")).toBe("/home/person/data/ks2d");
  expect(userPath("/elsewhere")).toBe("/elsewhere");
  vi.stubEnv("INIT_CWD", undefined);
  expect(userPath("data")).toBe(join(dirname(ours), "data"));
});

test.each([
  ["the script of another package", "/home/person/paper/package.json", "/home/person/paper"],
  ["a script of ours that moved on", ours, "/home/person/paper"],
])("an INIT_CWD that %s left behind says nothing", (_, manifest, here) => {
  vi.stubEnv("INIT_CWD", "/home/person");
  vi.stubEnv("npm_package_json", manifest);
  stand(here);
  expect(userPath("data")).toBe(`${here}/data`);
});
