import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** The root of the checkout. */
export const root: string = join(import.meta.dirname, "../../..");

/** A page in Markdown. */
export interface Page {
  /** Its file, from the root of the checkout, with "/" between folders. */
  readonly path: string;
  readonly text: string;
}

/** Where pages are written by hand. */
const places = ["*.md", "{docs,decisions,results}/**/*.md", "{packages,apps,tooling}/**/*.md"];
/** What a release makes of changesets links to commits, and fixtures are files of others. */
const isLeftOut = (name: string): boolean =>
  name === "node_modules" || name === "dist" || name.startsWith(".") || name === "fixtures";

/** Every page of the checkout, sorted by path. */
export const readPages = (): readonly Page[] =>
  globSync(places, { cwd: root, exclude: (name) => isLeftOut(name.split(/[/\\]/u).at(-1) ?? "") })
    .map((path) => path.replaceAll("\\", "/"))
    .sort()
    .map((path) => ({ path, text: readFileSync(join(root, path), "utf8") }));
