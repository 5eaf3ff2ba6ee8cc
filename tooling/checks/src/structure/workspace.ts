import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { type ModuleRecord, readModule } from "./read-module.ts";

/** The root of the checkout. */
export const root: string = join(import.meta.dirname, "../../../..");

/** One source file. */
interface SourceFile extends ModuleRecord {
  /** From the root of the checkout. */
  readonly path: string;
  readonly isTest: boolean;
}

/** The parts of a package.json that say what a member takes and gives. */
interface PackageJson {
  readonly name: string;
  readonly private?: boolean;
  readonly exports?: Readonly<Record<string, string | Readonly<Record<string, string>>>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
}

/** One package, app or tool. */
export interface Member {
  /** From the root of the checkout: "packages/core". */
  readonly folder: string;
  readonly manifest: PackageJson;
  /** Folders that its tsconfig.json references, from the root of the checkout. */
  readonly references: readonly string[];
  readonly files: readonly SourceFile[];
}

/** A name under which a package can be imported, and the file behind it. */
export interface EntryPoint {
  /** "." or "./node". */
  readonly subpath: string;
  /** "browser" where only browsers take this file, else null. */
  readonly condition: string | null;
  /** From the root of the checkout. */
  readonly path: string;
}

const readJson = <T>(path: string): T => JSON.parse(readFileSync(path, "utf8"));

/** Every member of the workspace with all its source files. */
export function readWorkspace(): readonly Member[] {
  return ["packages", "apps", "tooling"].flatMap((group) =>
    readdirSync(join(root, group))
      .sort()
      .filter((name) => existsSync(join(root, group, name, "package.json")))
      .map((name) => readMember(`${group}/${name}`)),
  );
}

interface TsConfig {
  readonly references?: readonly { readonly path: string }[];
  /** Folders of another language, such as AssemblyScript. */
  readonly exclude?: readonly string[];
}

function readMember(folder: string): Member {
  const path = join(root, folder);
  const { references = [], exclude = [] } = readJson<TsConfig>(join(path, "tsconfig.json"));
  const sources = readdirSync(join(path, "src"), { recursive: true, encoding: "utf8" })
    .map((name) => `src/${name.replaceAll("\\", "/")}`)
    .filter((name) => /\.m?ts$|\.mjs$/u.test(name))
    .filter((name) => !exclude.some((excluded) => name.startsWith(`${excluded}/`)))
    .sort();
  return {
    folder,
    manifest: readJson(join(path, "package.json")),
    references: references.map((reference) => relative(root, resolve(path, reference.path))),
    files: sources.map((name) => {
      const text = readFileSync(join(path, name), "utf8");
      const at = `${folder}/${name}`;
      return { path: at, isTest: /\.test\./u.test(name), ...readModule(at, text) };
    }),
  };
}

/** The entry points of a member, from its package.json. */
export const entryPoints = ({ folder, manifest: { exports = {} } }: Member): EntryPoint[] =>
  Object.entries(exports).flatMap(([subpath, target]) =>
    Object.entries(typeof target === "string" ? { default: target } : target)
      .filter(([, file]) => !file.endsWith(".json"))
      .map(([condition, file]) => ({
        subpath,
        condition: condition === "default" ? null : condition,
        path: join(folder, file).replaceAll("\\", "/"),
      })),
  );

/** The member and the subpath that a bare import means; null for a package of others. */
export function memberOf(
  members: readonly Member[],
  from: string,
): { readonly member: Member; readonly subpath: string } | null {
  for (const member of members) {
    const { name } = member.manifest;
    if (from === name) return { member, subpath: "." };
    if (from.startsWith(`${name}/`)) return { member, subpath: `.${from.slice(name.length)}` };
  }
  return null;
}

/** The source file that a relative import of another means, from the root of the checkout. */
export const relativeTarget = (path: string, from: string): string =>
  relative(root, resolve(root, path, "..", from)).replaceAll("\\", "/");
