import { posix } from "node:path";
import { destinationOf, leadsOut } from "./destination.ts";
import { linksOf } from "./markdown.ts";
import type { Page } from "./pages.ts";
import { repository, routeOf } from "./route.ts";

/** A page as the site has it. */
export interface SitePage {
  readonly route: string;
  readonly text: string;
  /** Pictures that it shows, from the root of the checkout. */
  readonly pictures: readonly string[];
}

const isPicture = (path: string): boolean => /\.(?:png|svg|jpg|gif)$/u.test(path);

/** The way from one place of the site to another, as Vite wants it. */
function wayTo(from: string, to: string): string {
  const way = posix.relative(posix.dirname(from), to);
  return way.startsWith(".") ? way : `./${way}`;
}

/**
 * The text of a page with its links turned to where they lead from its place on the site: to pages of it, to pictures
 * that lie beside them, and to the repository for everything else.
 */
export function siteText({ path, text }: Page): SitePage {
  const route = routeOf(path);
  const pictures: string[] = [];
  let written = "";
  let done = 0;
  for (const { target, at } of linksOf(text)) {
    if (leadsOut(target) || target.startsWith("#")) continue;
    const { kind, path: to, anchor } = destinationOf(path, target);
    const behind = anchor === "" ? "" : `#${anchor}`;
    let turned = `${repository}/${kind === "folder" ? "tree" : "blob"}/main/${to}${behind}`;
    if (kind === "page") turned = wayTo(route, routeOf(to)) + behind;
    if (isPicture(to)) {
      pictures.push(to);
      turned = wayTo(route, routeOf(to));
    }
    written += text.slice(done, at) + turned;
    done = at + target.length;
  }
  return { route, text: written + text.slice(done), pictures };
}
