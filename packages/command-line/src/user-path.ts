import { join, relative, resolve } from "node:path";

const checkout = join(import.meta.dirname, "../../..");

/**
 * A path as the person typed it, made absolute: relative to where they stand, which package managers that
 * change the working folder before they start an app leave in `INIT_CWD`. One that the script of another package left there
 * says nothing of it, and the folder of this process counts.
 */
export function userPath(path: string): string {
  const { INIT_CWD: folder, npm_package_json: manifest } = process.env;
  const isOurs = manifest === undefined || !relative(checkout, manifest).startsWith("..");
  return resolve((isOurs && folder) || process.cwd(), path);
}
