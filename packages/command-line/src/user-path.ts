import { resolve } from "node:path";

/**
 * A path as the person typed it, made absolute: relative to where they stand, which package managers that
 * change the working folder before they start an app leave in `INIT_CWD`.
 */
export function userPath(path: string): string {
  return resolve(process.env["INIT_CWD"] ?? process.cwd(), path);
}
