import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { formats } from "./formats.ts";

const here = import.meta.dirname;
const readme = await readFile(join(here, "../README.md"), "utf8");

test("every file that exports a format is in the list, and every format has a row in the README", async () => {
  const sources = (await readdir(here)).filter((name) => /^[a-z-]+\.ts$/u.test(name));
  const texts = await Promise.all(sources.map((name) => readFile(join(here, name), "utf8")));
  expect(texts.filter((text) => /^export const \w+: Format = /mu.test(text))).toHaveLength(
    formats.length,
  );
  const rows = [...readme.matchAll(/^\| (?!-)(.*?) \|/gmu)].map(([, first = ""]) => first);
  for (const { name } of formats) {
    expect(rows.filter((row) => row.replace("[", "").startsWith(name))).toHaveLength(1);
  }
});

test("the README names every format that can be written as such", () => {
  for (const { name, write } of formats) {
    const row = readme.split("\n").find((line) => line.replace("[", "").startsWith(`| ${name}`));
    // Stores of our own are written by datasets.
    const written = write !== undefined || name === "Eddyflow";
    expect(row?.split("|")[2]?.trim(), name).toBe(written ? "both" : "read");
  }
});

test("the files that a new format touches are where the README says", async () => {
  const links = [...readme.matchAll(/\]\((src\/[\w.-]+)\)/gu)].map(([, path = ""]) => path);
  expect(links.length).toBeGreaterThan(2);
  for (const path of [...links, "src/formats.ts"]) {
    expect(await readFile(join(here, "..", path), "utf8")).not.toBe("");
  }
});
