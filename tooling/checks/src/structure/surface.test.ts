import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, join, relative } from "node:path";
import { expect, test } from "vitest";
import { surfaceExceptions } from "./exceptions.ts";
import { readModule } from "./read-module.ts";
import {
  readSurface,
  type Surface,
  snapshotPath,
  surfaceOf,
  usesOfMembers,
  writeSurface,
} from "./surface.ts";
import { type Member, readWorkspace, root } from "./workspace.ts";

const members = readWorkspace();
const uses = usesOfMembers(members);
const packages = members
  .filter(({ folder }) => folder.startsWith("packages/"))
  .map((member) => ({ name: member.manifest.name, member }));

const snapshotOf = (member: Member): Surface => {
  const path = snapshotPath(member);
  return readSurface(existsSync(path) ? readFileSync(path, "utf8") : "");
};
const linesOf = (surface: Surface): readonly string[] =>
  [...surface].flatMap(([entry, names]) =>
    names.map(({ name, kind, mark }) => `${entry} ${kind} ${name}: ${mark}`),
  );

test.each(packages)("the surface of $name is that of its snapshot", ({ member }) => {
  const last = snapshotOf(member);
  const [was, is] = [
    linesOf(last),
    linesOf(surfaceOf(member, uses.get(member.folder) ?? new Set(), last)),
  ];
  const changes = [
    ...is.filter((line) => !was.includes(line)).map((line) => `came  ${line}`),
    ...was.filter((line) => !is.includes(line)).map((line) => `went  ${line}`),
  ];
  expect(changes.join("\n"), "where that is meant, run pnpm surface").toBe("");
});

/** What nobody uses of a package, with its entry point. */
const unusedOf = (member: Member) =>
  [...snapshotOf(member)].flatMap(([entry, names]) =>
    names.filter(({ mark }) => mark === "unused").map(({ name }) => ({ entry, name })),
  );
const isKnown = ({ folder }: Member, name: string) =>
  surfaceExceptions.some((known) => known.folder === folder && known.names.includes(name));

test.each(packages)("everything that $name exports is used or for users", ({ member }) => {
  const unused = unusedOf(member)
    .filter(({ name }) => !isKnown(member, name))
    .map(({ entry, name }) => `a package export nobody uses: ${name} of ${entry}`);
  const snapshot = relative(root, snapshotPath(member));
  const remedy = `delete it, show it in a README, or mark it "for users" in ${snapshot}`;
  expect(unused.join("\n"), remedy).toBe("");
});

test("every exception of the surface is still needed", () => {
  const unneeded = surfaceExceptions.flatMap(({ folder, names }) => {
    const member = members.find((one) => one.folder === folder);
    const unused = member === undefined ? [] : unusedOf(member).map(({ name }) => name);
    return names.filter((name) => !unused.includes(name)).map((name) => `${folder}: ${name}`);
  });
  expect(unneeded).toEqual([]);
});

test("there is no snapshot of a package that is not there", () => {
  const known = packages.map(({ member }) => basename(snapshotPath(member)));
  const found = readdirSync(join(root, "tooling/checks/surface"));
  expect(found.filter((name) => !known.includes(name))).toEqual([]);
});

const files = {
  "packages/one/src/index.ts": `
    export { type Options, make, type Part } from "./make.ts";
    export type { Lonely } from "./lonely.ts";
    export { spare } from "./spare.ts";`,
  "packages/one/src/make.ts": `
    import type { Hidden } from "./hidden.ts";
    export interface Part extends Hidden { readonly size: number }
    export interface Options { readonly parts: readonly Inner[] }
    interface Inner { readonly part: Part }
    export function make(options: Options): number { const a: Lonely = options; return 1 }`,
  "packages/one/src/lonely.ts": "export type Lonely = number;",
  "packages/one/src/spare.ts": "export const spare: number = 1;",
};
const one: Member = {
  folder: "packages/one",
  manifest: { name: "@eddyflow/one", exports: { ".": "./src/index.ts" } },
  references: [],
  files: Object.entries(files).map(([path, text]) => ({
    path,
    isTest: false,
    ...readModule(path, text),
  })),
};

test("a name is used, in the signature of a used name, or unused", () => {
  expect(linesOf(surfaceOf(one, new Set(["make"]), new Map()))).toEqual([
    ". type Lonely: unused",
    ". type Options: in a signature",
    ". type Part: in a signature",
    ". value make: used",
    ". value spare: unused",
  ]);
});

test("a mark set by hand is kept when a snapshot is written anew", () => {
  const last = surfaceOf(one, new Set(["make"]), new Map());
  const text = writeSurface("@eddyflow/one", last);
  expect(readSurface(text)).toEqual(last);
  const marked = readSurface(text.replace("spare: unused", "spare: for users"));
  const again = surfaceOf(one, new Set(["make"]), marked);
  expect(linesOf(again)).toContain(". value spare: for users");
  expect(linesOf(again)).toContain(". type Lonely: unused");
});

test("imports, exports from elsewhere and imports when the code runs are uses; a package's own are none", () => {
  const user = (folder: string, text: string): Member => ({
    folder,
    manifest: { name: folder },
    references: [],
    files: [{ path: `${folder}/src/a.ts`, isTest: false, ...readModule("a.ts", text) }],
  });
  const usesOf = (...others: readonly Member[]) =>
    [...(usesOfMembers([one, ...others]).get("packages/one") ?? [])].sort();
  const text = `
    import { make as build, type Part } from "@eddyflow/one";
    export { spare } from "@eddyflow/one";
    const { Lonely } = await import("@eddyflow/one");`;
  expect(usesOf(user("apps/a", text))).toEqual(["Lonely", "Part", "make", "spare"]);
  expect(usesOf({ ...one, ...user("packages/one", text), manifest: one.manifest })).toEqual([]);
  expect(usesOf(user("apps/a", 'import * as all from "@eddyflow/one";'))).toEqual(["*"]);
});
