import { statSync } from "node:fs";
import { join, posix } from "node:path";
import { root } from "./pages.ts";

/** What a link within the checkout means. */
export interface Destination {
  readonly kind: "page" | "file" | "folder" | "nothing";
  /** From the root of the checkout; a folder with a README.md is that page. */
  readonly path: string;
  /** What stands behind "#"; empty where there is nothing. */
  readonly anchor: string;
}

/** Whether a link leads out of the checkout: it has a scheme. */
export const leadsOut = (target: string): boolean => /^(?:[a-z][a-z+.-]*:|\/\/)/iu.test(target);

function kindOf(path: string): Destination["kind"] {
  const found = statSync(join(root, path), { throwIfNoEntry: false });
  if (found === undefined || path.startsWith("..")) return "nothing";
  if (found.isDirectory()) return "folder";
  return path.endsWith(".md") ? "page" : "file";
}

/** What a link in a page means that does not lead out. `from` is the page's file, from the root of the checkout. */
export function destinationOf(from: string, target: string): Destination {
  const [place = "", anchor = ""] = target.split("#", 2);
  const path =
    place === "" ? from : posix.normalize(posix.join(posix.dirname(from), decodeURI(place)));
  const kind = kindOf(path);
  const readme = posix.join(path, "README.md");
  if (kind === "folder" && kindOf(readme) === "page") return { kind: "page", path: readme, anchor };
  return { kind, path, anchor };
}
