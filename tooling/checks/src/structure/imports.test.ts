import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { regionMarks } from "command-line";
import { expect, test } from "vitest";
import { circleExceptions, importExceptions } from "./exceptions.ts";
import { findCircles } from "./find-circles.ts";
import { importProblems, roomOf } from "./import-problems.ts";
import { readModule } from "./read-module.ts";
import { type Room, rooms, roomsTable } from "./rooms.ts";
import {
  entryPoints,
  type Member,
  memberOf,
  readWorkspace,
  relativeTarget,
  root,
} from "./workspace.ts";

const members = readWorkspace();

test("every import, dependency and reference is one that the import table allows", () => {
  const problems = importProblems(members, rooms).filter(
    ({ from, to }) => !importExceptions.some((known) => known.from === from && known.to === to),
  );
  expect(problems.map(({ text }) => text).join("\n")).toBe("");
});

test("every exception of the import table is still needed", () => {
  const problems = importProblems(members, rooms);
  const unneeded = importExceptions.filter(
    (known) => !problems.some(({ from, to }) => known.from === from && known.to === to),
  );
  expect(unneeded).toEqual([]);
});

test("the import table has no circle", () => {
  const graph = new Map(
    rooms
      .filter(({ folder }) => folder.startsWith("packages/"))
      .map(({ folder, imports, typesOf = [] }) => [
        folder.slice("packages/".length),
        typeof imports === "string" ? [] : [...imports, ...typesOf],
      ]),
  );
  expect(findCircles(graph)).toEqual([]);
});

const circles = findCircles(
  new Map(
    members.flatMap(({ files }) =>
      files.map(({ path, imports }) => [
        path,
        imports.filter(({ isDynamic }) => !isDynamic).flatMap(({ from }) => fileOf(path, from)),
      ]),
    ),
  ),
).map((circle) => circle.join(" → "));
const knownCircles = circleExceptions.map(({ files: [a, b] }) => `${a} → ${b} → ${a}`);

test("no source files import each other in a circle", () => {
  expect(circles.filter((circle) => !knownCircles.includes(circle)).join("\n")).toBe("");
});

test("every exception of the circles is still needed", () => {
  expect(knownCircles.filter((circle) => !circles.includes(circle))).toEqual([]);
});

/** The file that an import means, where it is one of ours. */
function fileOf(path: string, from: string): readonly string[] {
  if (from.startsWith(".")) return [relativeTarget(path, from)];
  const found = memberOf(members, from);
  if (found === null) return [];
  const entry = entryPoints(found.member).filter(({ subpath }) => subpath === found.subpath);
  return entry.map(({ path }) => path);
}

const page = join(root, "ARCHITECTURE.md");
test.skipIf(!existsSync(page))("ARCHITECTURE.md shows the import table as it is", async () => {
  const [start, end] = regionMarks("rooms");
  const text = await readFile(page, "utf8");
  const shown = text.slice(text.indexOf(start) + start.length, text.indexOf(end));
  expect(shown.trim(), "pnpm surface writes the table anew").toBe(roomsTable());
});

const table: readonly Room[] = [
  { folder: "packages/low", about: "", imports: [] },
  { folder: "packages/high", about: "", imports: ["low"] },
  { folder: "packages/plain", about: "", imports: [], typesOf: ["low"] },
  { folder: "apps/app", about: "", imports: "every package" },
  { folder: "tooling", about: "", imports: "everything" },
];

/** A member of one file; its package.json and tsconfig.json name what it depends on. */
function member(folder: string, text: string, dependsOn: readonly string[] = []): Member {
  const nameOf = (path: string) => `@eddyflow/${path.split("/").at(-1)}`;
  return {
    folder,
    manifest: {
      name: nameOf(folder),
      dependencies: Object.fromEntries(dependsOn.map((path) => [nameOf(path), "workspace:^"])),
    },
    references: dependsOn,
    files: [{ path: `${folder}/src/a.ts`, isTest: false, ...readModule("a.ts", text) }],
  };
}

const textsOf = (...added: readonly Member[]) => {
  const others = ["packages/low", "packages/high"]
    .filter((folder) => !added.some((one) => one.folder === folder))
    .map((folder) => member(folder, ""));
  return importProblems([...others, ...added], table).map(({ text }) => text);
};

test.each([
  ["a static import", 'import { a } from "@eddyflow/high";'],
  ["an import of types", 'import type { A } from "@eddyflow/high";'],
  ["an import for its effect", 'import "@eddyflow/high";'],
  ["an import of an entry point below", 'import { a } from "@eddyflow/high/node";'],
  ["an export from there", 'export { a } from "@eddyflow/high";'],
  ["a dynamic import", 'const { a } = await import("@eddyflow/high");'],
  ["a type by import()", 'type A = import("@eddyflow/high").A;'],
])("%s that the table forbids is refused with file, import and rule", (_, text) => {
  const [first] = textsOf(member("packages/low", text));
  expect(first).toMatch(
    /^packages\/low\/src\/a\.ts imports @eddyflow\/high(\/node)?: packages\/low may import –$/u,
  );
});

test("a room of which types may be imported gives types only", () => {
  const types = 'import type { A } from "@eddyflow/low";';
  expect(textsOf(member("packages/plain", types, ["packages/low"]))).toEqual([]);
  const values = 'import { a, type A } from "@eddyflow/low";';
  expect(textsOf(member("packages/plain", values, ["packages/low"]))).toEqual([
    "packages/plain/src/a.ts imports @eddyflow/low: packages/plain may import types of low; write import type",
  ]);
});

test("a dependency, a reference and a room that the table does not have are refused", () => {
  expect(textsOf(member("packages/low", "", ["packages/high"]))).toEqual([
    "packages/low/package.json depends on packages/high: packages/low may import –",
  ]);
  expect(textsOf({ ...member("packages/high", ""), references: ["packages/low"] })).toEqual([
    "packages/high/tsconfig.json references packages/low, which package.json does not name",
  ]);
  expect(textsOf({ ...member("packages/high", "", ["packages/low"]), references: [] })).toEqual([
    "packages/high/tsconfig.json does not reference packages/low, which package.json names",
  ]);
  expect(textsOf(member("packages/new", ""))).toEqual([
    "packages/new has no row in the import table; add it to rooms.ts",
  ]);
});

test("an import that package.json does not name, one by a path and a backend are refused", () => {
  expect(textsOf(member("packages/high", 'import { a } from "@eddyflow/low";'))).toEqual([
    "packages/high/src/a.ts imports @eddyflow/low: name it in the dependencies of packages/high/package.json",
  ]);
  expect(textsOf(member("packages/high", 'import { a } from "../../low/src/a.ts";'))).toEqual([
    "packages/high/src/a.ts imports ../../low/src/a.ts: import another member by its name",
  ]);
  expect(textsOf(member("packages/high", 'import "@tensorflow/tfjs-backend-cpu";'))).toEqual([
    "packages/high/src/a.ts imports @tensorflow/tfjs-backend-cpu: only packages/backend imports a backend",
  ]);
  expect(textsOf(member("packages/high", 'import "@tensorflow/tfjs-core";'))).toEqual([]);
});

test("an app imports every package and no other app, a tool imports all of them", () => {
  const uses = 'import { a } from "@eddyflow/high"; import { b } from "@eddyflow/other";';
  const other = member("apps/app/other", "");
  const both = ["packages/high", "apps/app/other"];
  expect(textsOf(other, member("tooling/tool", uses, both))).toEqual([]);
  expect(textsOf(other, member("apps/app", uses, both))).toContain(
    "apps/app/src/a.ts imports @eddyflow/other: apps/app may import every package",
  );
  expect(roomOf(table, "tooling/tool")?.folder).toBe("tooling");
});
