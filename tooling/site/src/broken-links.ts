import { destinationOf, leadsOut } from "./destination.ts";
import { anchorsOf, linksOf } from "./markdown.ts";
import type { Page } from "./pages.ts";

/** Each link of the pages that leads to nothing within the checkout: where it stands, and what is not there. */
export function brokenLinks(pages: readonly Page[]): readonly string[] {
  const anchors = new Map(pages.map(({ path, text }) => [path, anchorsOf(text)]));
  return pages.flatMap(({ path, text }) =>
    linksOf(text).flatMap(({ target, line }) => {
      if (leadsOut(target)) return [];
      const at = `${path}:${line}: ${target}`;
      const { kind, path: to, anchor } = destinationOf(path, target);
      if (kind === "nothing") return [`${at}: there is no ${to}`];
      if (anchor === "" || anchors.get(to)?.has(anchor)) return [];
      return kind === "page" ? [`${at}: ${to} has no heading #${anchor}`] : [];
    }),
  );
}
