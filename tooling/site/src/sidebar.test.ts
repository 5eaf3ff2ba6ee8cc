import { expect, test } from "vitest";
import { readPages } from "./pages.ts";
import { sidebarOf } from "./sidebar.ts";

test("every page stands once in the sidebar, by its title", () => {
  const pages = readPages();
  const items = sidebarOf(pages).flatMap((group) => group.items);
  expect(items).toHaveLength(pages.length - 1);
  expect(new Set(items.map(({ link }) => link)).size).toBe(items.length);
  expect(items).toContainEqual({ text: "@eddyflow/core", link: "/packages/core/" });
  for (const { text } of items) expect(text).not.toMatch(/\.md$/u);
});

test("guides come first, in their order, and empty groups are left out", () => {
  const page = (path: string) => ({ path, text: `# ${path}` });
  const paths = [
    "docs/a.md",
    "docs/guides/web-page.md",
    "docs/guides/own-data.md",
    "docs/index.md",
  ];
  expect(sidebarOf(paths.map(page))).toEqual([
    {
      text: "Guides",
      collapsed: false,
      items: [
        { text: "docs/guides/own-data.md", link: "/guides/own-data" },
        { text: "docs/guides/web-page.md", link: "/guides/web-page" },
      ],
    },
    { text: "Topics", collapsed: false, items: [{ text: "docs/a.md", link: "/a" }] },
  ]);
});
