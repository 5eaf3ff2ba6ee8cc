import { dirname, join, relative, resolve } from "node:path";
import { isCheckout } from "./call-of.ts";

const checkout = join(import.meta.dirname, "../../..");

/**
 * A path as the person typed it, made absolute: relative to where they stand. A package manager that moved to a package of
 * ours before it started an app left that folder in `INIT_CWD`. What another script left there, or one that moved on since,
 * says nothing, and the folder of this process counts.
 */
export function userPath(path: string): string {
  const { INIT_CWD: folder, npm_package_json: manifest } = process.env;
  const isOurs =
    manifest === undefined ||
    (!relative(checkout, manifest).startsWith("..") && dirname(manifest) === process.cwd());
  return resolve((isCheckout && isOurs && folder) || process.cwd(), path);
}
