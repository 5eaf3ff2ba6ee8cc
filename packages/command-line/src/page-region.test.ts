import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { regionMarks, replaceRegion, requireRegion, writeRegion } from "./page-region.ts";

const [start, end] = regionMarks("speed");
const page = `before\n\n${start}\nold\n${end}\n\nafter\n`;

test("a text takes the place of what stands between its marks", () => {
  expect(replaceRegion(page, "speed", "| a |\n")).toBe(
    `before\n\n${start}\n\n| a |\n\n${end}\n\nafter\n`,
  );
});

test.each(["", start, `${end} ${start}`, `${page}${page}`])(
  "a page without one place for it is refused: %j",
  (bad) => {
    expect(() => replaceRegion(bad, "speed", "")).toThrow(start);
  },
);

test("a file is replaced whole, and one that has no place for it is refused beforehand", async () => {
  const folder = await mkdtemp(join(tmpdir(), "eddyflow-page-"));
  try {
    const path = join(folder, "README.md");
    await expect(requireRegion(path, "speed")).rejects.toThrow(start);
    await writeFile(path, page);
    await requireRegion(path, "speed");
    await writeRegion(path, "speed", "new");
    expect(await readFile(path, "utf8")).toBe(replaceRegion(page, "speed", "new"));
    expect(await readdir(folder)).toEqual(["README.md"]);
  } finally {
    await rm(folder, { recursive: true });
  }
});
