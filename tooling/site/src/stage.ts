import { copyFileSync, globSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { type Page, root } from "./pages.ts";
import { routeOf } from "./route.ts";
import { sidebarOf } from "./sidebar.ts";
import { siteText } from "./site-text.ts";

function write(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

/** Brings pages and their pictures into the folder that the site is built from, each to its place. */
export function stagePages(pages: readonly Page[], folder: string): void {
  for (const page of pages) {
    const { route, text, pictures } = siteText(page);
    write(join(folder, route), text);
    for (const picture of pictures) {
      const to = join(folder, routeOf(picture));
      mkdirSync(dirname(to), { recursive: true });
      copyFileSync(join(root, picture), to);
    }
  }
}

/** Writes `sidebar.json` of the pages and of the reference that is generated beside them. */
export function stageSidebar(pages: readonly Page[], folder: string): void {
  const reference = globSync("reference/**/*.md", { cwd: folder })
    .map((path) => path.replaceAll("\\", "/"))
    .sort((a, b) => Number(b === "reference/index.md") - Number(a === "reference/index.md"))
    .map((path) => ({ path, text: readFileSync(join(folder, path), "utf8") }));
  write(join(folder, "sidebar.json"), JSON.stringify(sidebarOf([...pages, ...reference])));
}
