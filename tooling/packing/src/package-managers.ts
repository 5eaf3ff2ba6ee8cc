import { execFile } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";

/** A way to bring packages from a registry into a folder. */
export interface PackageManager {
  readonly name: string;
  /** The command that adds packages, run by `npx`, so that the version is this one. */
  readonly add: readonly string[];
  /** Files that it asks for besides package.json and .npmrc, with their texts. */
  readonly files?: (registry: string) => Readonly<Record<string, string>>;
}

/** Those that a person uses today. */
export const packageManagers: readonly PackageManager[] = [
  { name: "npm", add: ["npm@11", "install", "--no-audit", "--no-fund"] },
  { name: "pnpm", add: ["pnpm@11", "add"] },
  {
    name: "yarn",
    add: ["yarn@1.22.22", "add", "--no-lockfile"],
    // Its first version reads the registry of a scope here.
    files: (registry) => ({ ".yarnrc": `"@eddyflow:registry" "${registry}"\n` }),
  },
];

/**
 * Makes `folder` an application and adds `names` from `registry` as a person does.
 *
 * @throws Error with what the manager printed where it fails.
 */
export async function addPackages(
  folder: string,
  { add, files }: PackageManager,
  names: readonly string[],
  registry: string,
): Promise<void> {
  await mkdir(folder, { recursive: true });
  const texts = {
    "package.json": `${JSON.stringify({ name: "application", private: true, type: "module" })}\n`,
    ".npmrc": `@eddyflow:registry=${registry}\n`,
    ...files?.(registry),
  };
  for (const [name, text] of Object.entries(texts)) await writeFile(join(folder, name), text);
  const env = Object.entries(process.env).filter(([name]) => !/^(npm|pnpm)_/iu.test(name));
  await promisify(execFile)("npx", ["--yes", ...add, ...names], {
    cwd: folder,
    env: Object.fromEntries(env),
  }).catch(({ stdout, stderr, message }) => {
    throw new Error(`${stdout}${stderr}` || message);
  });
}
