import { expect, test } from "vitest";
import { brokenLinks } from "./broken-links.ts";
import { readPages } from "./pages.ts";

test("every link of every page leads to a file, a folder or a heading that is there", () => {
  const pages = readPages();
  const paths = pages.map(({ path }) => path);
  expect(paths).toEqual(expect.arrayContaining(["README.md", "packages/core/README.md"]));
  expect(brokenLinks(pages).join("\n")).toBe("");
});

test("a link to a file or a heading that is not there is named with its line", () => {
  const page = (text: string) => ({ path: "packages/core/README.md", text });
  const text = "# One\n\n[a](src/nothing.ts) [b](#one) [c](#two)\n[d](../core#three) [e](..#x)";
  const at = "packages/core/README.md";
  expect(brokenLinks([page(text)])).toEqual([
    `${at}:3: src/nothing.ts: there is no packages/core/src/nothing.ts`,
    `${at}:3: #two: ${at} has no heading #two`,
    `${at}:4: ../core#three: ${at} has no heading #three`,
  ]);
  const others = "[a](https://example.org/x) [b](../../..) [c](../models) [d](src/index.ts#L3)";
  expect(brokenLinks([page(others)])).toEqual([`${at}:1: ../../..: there is no ..`]);
});
