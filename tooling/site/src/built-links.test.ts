import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { brokenBuiltLinks } from "./built-links.ts";

test("links of a built site are followed to files and ids below its base", () => {
  const folder = mkdtempSync(join(tmpdir(), "built-links-"));
  mkdirSync(join(folder, "a"));
  writeFileSync(join(folder, "x.css"), "");
  writeFileSync(join(folder, "a/b.html"), '<a id="δ"></a><link href="/base/x.css">');
  const links = ["/base/a/b.html#%CE%B4", "a/b.html#no", "/base/", "/a/b.html", "https://x.org/"];
  writeFileSync(join(folder, "index.html"), links.map((to) => `<a href="${to}"></a>`).join(""));
  expect(brokenBuiltLinks(folder, "/base/")).toEqual([
    "index.html: a/b.html has no id for a/b.html#no",
    "index.html: there is no /a/b.html",
  ]);
  rmSync(folder, { recursive: true });
});
