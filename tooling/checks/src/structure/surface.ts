import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { readModule } from "./read-module.ts";
import { entryPoints, type Member, memberOf, relativeTarget, root } from "./workspace.ts";

/** Who needs a name that a package exports. */
type Mark =
  /** Another package, an app, a tool or the code in a README imports it. */
  | "used"
  /** A type that the signature of another export mentions. */
  | "in a signature"
  /** People outside this repository; written by hand into the snapshot. */
  | "for users"
  /** Nobody: a mistake. */
  | "unused";

/** A name that can be imported from a package. */
interface SurfaceName {
  readonly name: string;
  readonly kind: "type" | "value";
  readonly mark: Mark;
}

/** What can be imported, by entry point: ".", ". (browser)", "./node". */
export type Surface = ReadonlyMap<string, readonly SurfaceName[]>;

/** Code for readers: every ```ts block of a page. */
const blocks = /```ts[^\n]*\n([\s\S]*?)```/gu;

/** What others import of each member, by its folder; "*" where it may be any name. */
export function usesOfMembers(
  members: readonly Member[],
): ReadonlyMap<string, ReadonlySet<string>> {
  const uses = new Map<string, Set<string>>(members.map(({ folder }) => [folder, new Set()]));
  const add = (
    by: string | null,
    imports: readonly { from: string; names: readonly string[] }[],
  ) => {
    for (const { from, names } of imports) {
      const folder = memberOf(members, from)?.member.folder;
      if (folder === undefined || folder === by) continue;
      for (const name of names) uses.get(folder)?.add(name);
    }
  };
  for (const { folder, files } of members) for (const { imports } of files) add(folder, imports);
  const pages = ["README.md", ...members.map(({ folder }) => `${folder}/README.md`)];
  for (const path of pages.filter((path) => existsSync(join(root, path)))) {
    for (const [, code = ""] of readFileSync(join(root, path), "utf8").matchAll(blocks)) {
      add(null, readModule(`${path}.ts`, code).imports);
    }
  }
  return uses;
}

/**
 * The surface of a package. `uses` are the names that others import; what the last snapshot has marked
 * "for users" keeps its mark.
 */
export function surfaceOf(member: Member, uses: ReadonlySet<string>, last: Surface): Surface {
  const byPath = new Map(member.files.map((file) => [file.path, file]));
  const exportsOf = (path: string) => byPath.get(path)?.exports ?? [];
  const declared = new Map(
    member.files.flatMap(({ exports }) =>
      exports.filter(({ from }) => from === null).map(({ name, mentions }) => [name, mentions]),
    ),
  );
  /** Types in the signature of an exported name, where it is declared. */
  const mentionsOf = (path: string, name: string): readonly string[] => {
    const found = exportsOf(path).find((one) => one.name === name);
    if (found?.from?.module.startsWith(".")) {
      return mentionsOf(relativeTarget(path, found.from.module), found.from.name);
    }
    return found?.mentions ?? [];
  };
  return new Map(
    entryPoints(member).map(({ subpath, condition, path }) => {
      const entry = condition === null ? subpath : `${subpath} (${condition})`;
      const names = exportsOf(path);
      const kept = new Set(
        (last.get(entry) ?? []).filter(({ mark }) => mark === "for users").map(({ name }) => name),
      );
      const isImported = (name: string) => uses.has(name) || uses.has("*");
      const mentioned = new Set<string>();
      const reach = (types: readonly string[]): void => {
        for (const type of types) {
          if (mentioned.has(type)) continue;
          mentioned.add(type);
          // A type in between need not be exported from the package.
          reach(declared.get(type) ?? []);
        }
      };
      for (const { name } of names)
        if (isImported(name) || kept.has(name)) reach(mentionsOf(path, name));
      const markOf = (name: string): Mark => {
        if (kept.has(name)) return "for users";
        if (isImported(name)) return "used";
        return mentioned.has(name) ? "in a signature" : "unused";
      };
      return [
        entry,
        names
          .map(({ name, kind }) => ({ name, kind, mark: markOf(name) }))
          .sort((a, b) => (a.name < b.name ? -1 : 1)),
      ];
    }),
  );
}

/** The text of a snapshot. */
export const writeSurface = (name: string, surface: Surface): string =>
  [
    `# What can be imported from ${name}. Written by \`pnpm surface\`; the mark "for users" is set by hand.`,
    ...[...surface].flatMap(([entry, names]) => [
      "",
      entry,
      ...names.map(({ name, kind, mark }) => `  ${kind} ${name}: ${mark}`),
    ]),
    "",
  ].join("\n");

/** The surface in the text of a snapshot; without an entry point where there is no text. */
export function readSurface(text: string): Surface {
  const surface = new Map<string, SurfaceName[]>();
  let names: SurfaceName[] = [];
  for (const line of text.split("\n")) {
    if (line === "" || line.startsWith("#")) continue;
    const [, kind, name = "", mark] = /^ {2}(type|value) (\S+): (.+)$/u.exec(line) ?? [];
    if (kind === undefined) {
      names = [];
      surface.set(line, names);
    } else names.push({ name, kind: kind as "type" | "value", mark: mark as Mark });
  }
  return surface;
}

/** Where the snapshot of a package lies. */
export const snapshotPath = ({ folder }: Member): string =>
  join(root, "tooling/checks/surface", `${folder.split("/").at(-1)}.txt`);
