import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { BackendError } from "@eddyflow/core";

/** Where `@eddyflow/backend` looks for what is installed for an application, and what git need not keep. */
const parentName = ".eddyflow";

const backendManifest = "node_modules/@eddyflow/backend/package.json";

/** The nearest folder, from `folder` upwards, whose `node_modules` has the backend. */
function folderWithBackend(folder: string): string | null {
  if (existsSync(join(folder, backendManifest))) return folder;
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
  const root = folderWithBackend(folder);
  if (root === null) {
    throw new BackendError({
      problem: `${folder} has no @eddyflow/backend that could use native TensorFlow`,
      expected: "the folder of an application that has it",
      remedy: "run `npm install @eddyflow/backend` there first",
    });
  }
  const found = versionIn(join(root, backendManifest));
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
