import { spawnSync } from "node:child_process";
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterEach, beforeEach, expect, test } from "vitest";

/** A checkout with this file and one script. */
let root: string;
let script: string;
const cache = () => join(root, "node_modules/.cache/eddyflow");
const kept = () => readdirSync(cache()).filter((name) => name.endsWith(".js"));

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "strip-once-"));
  script = join(root, "app.ts");
  mkdirSync(join(root, "tooling/bootstrap/src"), { recursive: true });
  cpSync(
    join(import.meta.dirname, "strip-once.mjs"),
    join(root, "tooling/bootstrap/src/strip-once.mjs"),
  );
  writeFileSync(join(root, "package.json"), '{ "type": "module" }');
});
afterEach(() => rmSync(root, { recursive: true }));

function run(text: string) {
  writeFileSync(script, text);
  const preload = pathToFileURL(join(root, "tooling/bootstrap/src/strip-once.mjs")).href;
  const words = ["--import", preload, script];
  const env = { ...process.env, NODE_OPTIONS: "" };
  const { status, stdout, stderr } = spawnSync(process.execPath, words, { env, encoding: "utf8" });
  return { status, stdout, stderr };
}
const says = (text: string) => ({ status: 0, stdout: `${text}\n`, stderr: "" });

test("a file runs as Node would run it, without a warning, at its first start and from what is kept", () => {
  const text =
    "const x: number = 1;\nconsole.log(x, new Error().stack?.match(/app.ts:\\d+:\\d+/u)?.[0]);";
  expect(run(text)).toEqual(says("1 app.ts:2:16"));
  expect(kept()).toHaveLength(1);
  expect(run(text)).toEqual(says("1 app.ts:2:16"));
});

test("what is kept is what runs", () => {
  run("console.log('first' as string);");
  const [name = ""] = kept();
  // The digest is of both texts, so that only the same file written by the same code counts.
  expect(readFileSync(join(cache(), name), "utf8")).toMatch(
    /^console\.log\('first' {10}\);\n\/\/[0-9a-f]{64}$/u,
  );
});

test("a changed file and a damaged copy are stripped anew", () => {
  run("console.log('first' as string);");
  expect(run("console.log('second' as string);")).toEqual(says("second"));
  const [name = ""] = kept();
  writeFileSync(join(cache(), name), "console.log('other');");
  expect(run("console.log('second' as string);")).toEqual(says("second"));
  expect(kept()).toHaveLength(1);
});

test("a file that cannot be stripped is Node's to complain about", () => {
  const { status, stderr } = run("enum Colour { red }\nconsole.log(Colour.red);");
  expect(status).toBe(1);
  expect(stderr).toContain("enum is not supported in strip-only mode");
});

test("a checkout that cannot be written runs all the same", () => {
  mkdirSync(join(root, "node_modules/.cache"), { recursive: true });
  writeFileSync(cache(), "a file where the folder should be");
  expect(run("console.log('here' as string);")).toEqual(says("here"));
});
