import { expect, test } from "vitest";
import { usersFolder } from "./users-folder.mjs";

const ours = "/checkout/package.json";

test.each([
  ["npm run, from a folder of one's own", "/paper", ours, "/checkout", "/paper"],
  ["no package manager", undefined, undefined, "/paper", "/paper"],
  ["the script of another package", "/", "/paper/package.json", "/paper", "/paper"],
  ["a script of ours that moved on", "/", ours, "/paper", "/paper"],
])("the person stands, after %s", (_, INIT_CWD, manifest, here, expected) => {
  const env = { INIT_CWD, npm_package_json: manifest };
  expect(usersFolder("/checkout", env, here)).toBe(expected);
});
