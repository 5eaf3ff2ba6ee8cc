import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { readDone, writeDone } from "./done.ts";
import { commandOf, missing } from "./run-works.ts";
import { workCalled } from "./work.test.helpers.ts";

let root = "";
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "eddyflow-works-"));
});
afterEach(() => rm(root, { recursive: true }));

const data = workCalled("data");
const teacher = workCalled("teacher", [data]);
const done = (key: string) => ({ key, command: "c", seconds: 2, processor: "p" });

test("only what is not over is missing, with what it needs before it", async () => {
  expect(await missing(root, [teacher])).toEqual([data, teacher]);
  await writeDone(root, data, done("data"));
  expect(await missing(root, [teacher])).toEqual([teacher]);
  await writeDone(root, teacher, done("teacher"));
  expect(await missing(root, [teacher])).toEqual([]);
  expect(await readDone(root, teacher)).toEqual(done("teacher"));
});

test.each([
  ["half of a note", '{ "key": "da'],
  ["a note of another configuration", JSON.stringify(done("other"))],
])("%s counts as none", async (_, text) => {
  await mkdir(join(root, "data"));
  await writeFile(join(root, "data", "done.json"), text);
  expect(await missing(root, [data])).toEqual([data]);
});

test("a command can be pasted into a shell, whatever its words hold", () => {
  const titled = { ...data, args: () => ["--title", "the teacher's step", "--out", "a/b"] };
  expect(commandOf(titled)).toBe("npm run trainer -- --title 'the teacher'\\''s step' --out a/b");
});
