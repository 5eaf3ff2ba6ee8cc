import { importsInWords, type Room } from "./rooms.ts";
import { type Member, memberOf, relativeTarget } from "./workspace.ts";

/** An import, a dependency or a reference that the import table does not allow. */
export interface ImportProblem {
  /** The member that has it, by its folder. */
  readonly from: string;
  /** The member that it reaches for, by its folder; else the package's name. */
  readonly to: string;
  readonly text: string;
}

/** Packages that start a backend; only `packages/backend` imports them. */
const backends = /^@tensorflow\/(tfjs|tfjs-node(-gpu)?|tfjs-backend-\w+)(\/|$)/u;

/** The row of a member: its own, or that of the folder it lies in. */
export const roomOf = (rooms: readonly Room[], folder: string): Room | undefined =>
  rooms.find((room) => room.folder === folder || folder.startsWith(`${room.folder}/`));

type Allowance = "yes" | "types" | "no";

function allowance({ folder, imports, typesOf = [] }: Room, to: string): Allowance {
  if (imports === "everything") return "yes";
  const [group, name = ""] = to.split("/");
  if (imports === "every package and app" && group === "apps") return "yes";
  if (group !== "packages" || to === folder) return to === folder ? "yes" : "no";
  if (typeof imports === "string" || imports.includes(name)) return "yes";
  return typesOf.includes(name) ? "types" : "no";
}

/** What of the workspace is against the import table. Tests import what their package.json names. */
export function importProblems(
  members: readonly Member[],
  rooms: readonly Room[],
): readonly ImportProblem[] {
  return members.flatMap((member) => {
    const room = roomOf(rooms, member.folder);
    if (room === undefined) {
      const text = `${member.folder} has no row in the import table; add it to rooms.ts`;
      return [{ from: member.folder, to: member.folder, text }];
    }
    return [...problemsOfSources(member, members, room), ...problemsOfFiles(member, members, room)];
  });
}

/** The private members among the devDependencies of a public one: a build puts them into it. */
function bundledBy(
  { private: isPrivate, devDependencies = {} }: Member["manifest"],
  members: readonly Member[],
): Readonly<Record<string, string>> {
  if (isPrivate) return {};
  return Object.fromEntries(
    Object.entries(devDependencies).filter(
      ([name]) => memberOf(members, name)?.member.manifest.private,
    ),
  );
}

function problemsOfSources(
  { folder, manifest, files }: Member,
  members: readonly Member[],
  room: Room,
): readonly ImportProblem[] {
  const rule = `${room.folder} may import ${importsInWords(room)}`;
  const declared = {
    ...manifest.dependencies,
    ...manifest.peerDependencies,
    ...bundledBy(manifest, members),
  };
  const problems: ImportProblem[] = [];
  for (const { path, isTest, imports } of files) {
    for (const { from, isType } of imports) {
      const add = (to: string, text: string) =>
        problems.push({ from: folder, to, text: `${path} imports ${from}: ${text}` });
      if (from.startsWith(".")) {
        const target = relativeTarget(path, from);
        if (!target.startsWith(`${folder}/`)) add(target, "import another member by its name");
        continue;
      }
      if (isTest) continue;
      if (
        backends.test(from) &&
        !isType &&
        folder !== "packages/backend" &&
        room.imports !== "everything"
      ) {
        add(from, "only packages/backend imports a backend");
      }
      const target = memberOf(members, from)?.member;
      if (target === undefined || target.folder === folder) continue;
      const allowed = allowance(room, target.folder);
      if (allowed === "no") add(target.folder, rule);
      if (allowed === "types" && !isType) add(target.folder, `${rule}; write import type`);
      if (!Object.hasOwn(declared, target.manifest.name)) {
        add(target.folder, `name it in the dependencies of ${folder}/package.json`);
      }
    }
  }
  return problems;
}

/** Compares package.json with the table, and tsconfig.json with package.json. */
function problemsOfFiles(
  { folder, manifest, references }: Member,
  members: readonly Member[],
  room: Room,
): readonly ImportProblem[] {
  const foldersOf = (names: Readonly<Record<string, string>> = {}) =>
    Object.keys(names).flatMap((name) => memberOf(members, name)?.member.folder ?? []);
  const used = foldersOf({ ...manifest.dependencies, ...manifest.peerDependencies });
  const all = [...used, ...foldersOf(manifest.devDependencies)];
  const problem = (to: string, text: string) => ({ from: folder, to, text });
  return [
    ...used
      .filter((to) => allowance(room, to) === "no")
      .map((to) =>
        problem(
          to,
          `${folder}/package.json depends on ${to}: ${room.folder} may import ${importsInWords(room)}`,
        ),
      ),
    ...all
      .filter((to) => !references.includes(to))
      .map((to) =>
        problem(to, `${folder}/tsconfig.json does not reference ${to}, which package.json names`),
      ),
    ...references
      .filter((to) => !all.includes(to))
      .map((to) =>
        problem(to, `${folder}/tsconfig.json references ${to}, which package.json does not name`),
      ),
  ];
}
