import { existsSync, mkdirSync, readFileSync, realpathSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { BackendError } from "@eddyflow/core";

/** Where `@eddyflow/backend` looks for what is installed for an application, and what git need not keep. */
const parentName = ".eddyflow";

/** The manifest of the backend that an application in `folder` has, by itself or through the commands; null for none. */
function backendOf(folder: string): string | null {
  const backend = join(folder, "node_modules/@eddyflow/backend/package.json");
  if (existsSync(backend)) return backend;
  const commands = join(folder, "node_modules/@eddyflow/cli/package.json");
  // What the commands depend on may lie beside them alone, where pnpm keeps them.
  return existsSync(commands)
    ? createRequire(realpathSync(commands)).resolve("@eddyflow/backend/package.json")
    : null;
}

/** The nearest folder, from `folder` upwards, whose `node_modules` has the backend. */
function folderWithBackend(
  folder: string,
): { readonly root: string; readonly backend: string } | null {
  const backend = backendOf(folder);
  if (backend !== null) return { root: folder, backend };
  const above = dirname(folder);
  return above === folder ? null : folderWithBackend(above);
}

const versionIn = (file: string): string => JSON.parse(readFileSync(file, "utf8")).version;

/**
 * The folder `.eddyflow` beside the `node_modules` from which code in `folder` loads `@eddyflow/backend`. It is made, and
 * git is told to leave it out, when it is asked for.
 *
 * @throws BackendError where no `@eddyflow/backend` is installed there, or one of another release, whose kernels differ.
 */
export function applicationParent(folder: string): string {
  const own = versionIn(createRequire(import.meta.url).resolve("@eddyflow/backend/package.json"));
  const application = folderWithBackend(folder);
  if (application === null) {
    throw new BackendError({
      problem: `${folder} has no @eddyflow/backend that could use native TensorFlow`,
      expected: "the folder of an application that has it",
      remedy: "run `npm install @eddyflow/backend` there first, or `npm install @eddyflow/cli`",
    });
  }
  const { root, backend } = application;
  const found = versionIn(backend);
  if (found !== own) {
    throw new BackendError({
      problem: `the application has @eddyflow/backend ${found}, and this is @eddyflow/native ${own}`,
      expected: "both of one release",
      remedy: `run \`npx @eddyflow/native@${found} install\``,
    });
  }
  const parent = join(root, parentName);
  mkdirSync(parent, { recursive: true });
  const ignored = join(parent, ".gitignore");
  if (!existsSync(ignored)) writeFileSync(ignored, "*\n");
  return parent;
}
