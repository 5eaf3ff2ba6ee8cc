import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isEddyflowError } from "@eddyflow/core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readWellStatistics } from "./well-statistics.ts";

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "eddyflow-statistics-"));
});
afterAll(() => rm(folder, { recursive: true }));

const fields = [{ name: "u", channels: ["u"], order: 0, state: true } as const];

/** Nine times as many values in each line: 9¹² in the last. */
const bomb = Array.from({ length: 12 }, (_, i) => {
  const items = Array.from({ length: 9 }, () => (i === 0 ? "1" : `*a${i - 1}`));
  return `a${i}: &a${i} [${items.join(", ")}]`;
}).join("\n");

test("numbers are read", async () => {
  const path = join(folder, "whole.yaml");
  await writeFile(path, "mean: {u: 2}\nstd: {u: 0.5}\n");
  expect(await readWellStatistics(path, fields)).toEqual({
    channels: ["u"],
    mean: [2],
    std: [0.5],
  });
});

test.each([
  ["aliases that stand for gigabytes", `${bomb}\nmean: *a11\nstd: *a11\n`, "Alias resolution"],
  ["an alias of what it is in", "mean: &a {u: *a}\nstd: *a\n", "Alias resolution"],
  ["brackets without end", `mean: ${"[".repeat(20_000)}`, "RESOURCE_EXHAUSTION"],
  ["a text that is too long", `mean: ${"[".repeat(1_000_000)}`, "has 1000006 characters"],
])("%s are an error of one line", async (name, text, part) => {
  const path = join(folder, `${name}.yaml`);
  await writeFile(path, text);
  const error = await readWellStatistics(path, fields).catch((reason: unknown) => reason);
  expect(isEddyflowError(error, "DataError"), String(error)).toBe(true);
  expect((error as Error).message).toContain(part);
});
