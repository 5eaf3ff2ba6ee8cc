import { posix } from "node:path";

/** The repository, where a link to what is no page of the site leads. */
export const repository = "https://github.com/eddyflow/eddyflow";

/**
 * Where a file of the checkout lies on the site: `docs/` is its root, a README is the index of its folder, and names
 * are in small letters.
 */
export function routeOf(path: string): string {
  if (path === "README.md") return "readme.md";
  const inDocs = path.startsWith("docs/") ? path.slice("docs/".length) : path;
  const name = posix.basename(inDocs);
  if (name === "README.md") return posix.join(posix.dirname(inDocs), "index.md");
  return posix.join(posix.dirname(inDocs), name.endsWith(".md") ? name.toLowerCase() : name);
}
