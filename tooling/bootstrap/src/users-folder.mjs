import { dirname } from "node:path";

/**
 * Where the person stands: in `INIT_CWD`, which a package manager that moved to this checkout before it started us leaves
 * there; what another script left there says nothing.
 * @param {string} root
 * @param {import("./processes.mjs").Environment} env
 * @param {string} here the folder of this process
 */
export function usersFolder(root, { INIT_CWD: folder, npm_package_json: manifest }, here) {
  const isOurs = manifest === undefined || (dirname(manifest) === root && here === root);
  return (isOurs && folder) || here;
}
