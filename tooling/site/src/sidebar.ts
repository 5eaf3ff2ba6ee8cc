import { titleOf } from "./markdown.ts";
import type { Page } from "./pages.ts";
import { routeOf } from "./route.ts";

/** What VitePress takes as a group of its sidebar. */
export interface SidebarGroup {
  readonly text: string;
  readonly collapsed: boolean;
  readonly items: readonly { readonly text: string; readonly link: string }[];
}

/** Each page stands in the first group that has its path; the last has what is left. */
const groups: readonly {
  readonly text: string;
  readonly has: RegExp;
  readonly collapsed?: boolean;
}[] = [
  { text: "Guides", has: /^docs\/guides\//u },
  { text: "Topics", has: /^docs\//u },
  { text: "Results", has: /^results\//u, collapsed: true },
  { text: "Packages", has: /^packages\/[^/]+\/README\.md$/u },
  { text: "Apps", has: /^apps\/[^/]+\/README\.md$/u },
  { text: "Reference", has: /^reference\//u, collapsed: true },
  { text: "Project", has: /^[^/]+\.md$/u },
  { text: "Decisions", has: /^decisions\//u, collapsed: true },
  { text: "Tooling", has: /^/u, collapsed: true },
];

/** Pages that come first in their group, in the order in which one reads them. */
const first: readonly string[] = [
  "docs/guides/flow-matching.md",
  "docs/guides/own-data.md",
  "docs/guides/web-page.md",
  "README.md",
  "ARCHITECTURE.md",
  "GLOSSARY.md",
  "CONTRIBUTING.md",
  "decisions/README.md",
];

const rank = (path: string): number => {
  const at = first.indexOf(path);
  return at < 0 ? first.length : at;
};

/** The sidebar of the site: every page but the home page once, in groups; a group without pages is left out. */
export function sidebarOf(pages: readonly Page[]): readonly SidebarGroup[] {
  const sorted = pages.toSorted((a, b) => rank(a.path) - rank(b.path));
  const groupOf = ({ path }: Page) => groups.find(({ has }) => has.test(path));
  return groups.flatMap((group) => {
    const items = sorted
      .filter((page) => page.path !== "docs/index.md" && groupOf(page) === group)
      .map(({ path, text }) => ({
        text: titleOf(text) ?? path,
        link: `/${routeOf(path).replace(/(?:index)?\.md$/u, "")}`,
      }));
    const { text, collapsed = false } = group;
    return items.length === 0 ? [] : [{ text, collapsed, items }];
  });
}
