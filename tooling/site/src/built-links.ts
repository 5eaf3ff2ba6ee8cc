import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";

const targetOf = (file: string): string => file.replace(/index\.html$/u, "");

/**
 * Each link of a built site that leads to nothing on it: a file, or an `id` behind "#". `base` is the path below
 * which it is served, such as "/" or "/docs/".
 */
export function brokenBuiltLinks(folder: string, base: string): readonly string[] {
  const files = globSync("**/*.*", { cwd: folder }).map((file) => file.replaceAll("\\", "/"));
  const known = new Set(files.flatMap((file) => [file, targetOf(file)]));
  const pages = files.filter((file) => file.endsWith(".html"));
  const texts = new Map(pages.map((page) => [page, readFileSync(join(folder, page), "utf8")]));
  const ids = new Map(
    [...texts].map(([page, text]) => [
      targetOf(page),
      new Set([...text.matchAll(/\sid="([^"]*)"/gu)].map(([, id]) => id)),
    ]),
  );
  const host = "http://site.invalid";
  return [...texts].flatMap(([page, text]) => {
    const here = new URL(base + targetOf(page), host);
    const targets = new Set(
      [...text.matchAll(/\s(?:href|src)="([^"]*)"/gu)].map(([, target = ""]) => target),
    );
    return [...targets].flatMap((target) => {
      const { origin, pathname, hash } = new URL(target.replaceAll("&amp;", "&"), here);
      if (origin !== host) return [];
      const path = decodeURI(pathname);
      const to = targetOf(path.slice(base.length));
      if (!path.startsWith(base) || !known.has(to)) return [`${page}: there is no ${target}`];
      const id = decodeURIComponent(hash.slice(1));
      if (id === "" || ids.get(to)?.has(id) !== false) return [];
      return [`${page}: ${to} has no id for ${target}`];
    });
  });
}
