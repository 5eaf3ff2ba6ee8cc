import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";

/** One path that a page names in a list of what to touch. */
export interface ListedPath {
  /** "Add a method". */
  readonly heading: string;
  /** From the root of the checkout; a part `<…>` stands for any text without a "/". */
  readonly path: string;
}

/**
 * The paths in the fenced blocks under each heading `## Add a …`, one a line. What follows a path after a space is a
 * remark; blocks in a language (```ts) are code, not lists.
 */
export function listedPaths(page: string): readonly ListedPath[] {
  const found: ListedPath[] = [];
  let heading: string | null = null;
  let fence: "list" | "code" | null = null;
  for (const line of page.split("\n")) {
    const [, language] = /^```(\S*)/u.exec(line) ?? [];
    if (language !== undefined) {
      if (fence !== null) fence = null;
      else fence = language === "" || language === "text" ? "list" : "code";
    } else if (fence === null && /^#{1,6} /u.test(line)) {
      const [, level = "", title = ""] = /^(#+) (.*)$/u.exec(line) ?? [];
      if (level.length <= 2) heading = level === "##" && /^Add an? /u.test(title) ? title : null;
    } else if (heading !== null && fence === "list" && line.trim() !== "") {
      found.push({ heading, path: line.trim().split(/\s/u)[0] ?? "" });
    }
  }
  return found;
}

/** Whether a file or folder below `root` has that path, any where it has placeholders. */
export function pathExists(root: string, path: string): boolean {
  const [first = "", ...others] = path.split("/").filter((part) => part !== "");
  if (first === "") return true;
  const rest = others.join("/");
  if (!first.includes("<")) {
    return existsSync(join(root, first)) && pathExists(join(root, first), rest);
  }
  const parts = first.split(/<[^>]*>/u).map((text) => text.replace(/[.*+?^${}()|[\]\\]/gu, "\\$&"));
  const pattern = new RegExp(`^${parts.join(".+")}$`, "u");
  return readdirSync(root, { withFileTypes: true })
    .filter(({ name }) => pattern.test(name))
    .some((entry) =>
      entry.isDirectory() ? pathExists(join(root, entry.name), rest) : rest === "",
    );
}
