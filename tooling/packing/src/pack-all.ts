import { execFileSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";

const root = join(import.meta.dirname, "../../..");

/** Builds, checks and packs every package, where that was not done since its last change. Returns the folders of the tarballs. */
export function packAll(): readonly string[] {
  const turbo = ["run", "check:package", "--output-logs=errors-only"];
  execFileSync(join(root, "node_modules/.bin/turbo"), turbo, { cwd: root, stdio: "inherit" });
  const packages = join(root, "packages");
  return readdirSync(packages)
    .map((name) => join(packages, name, ".pack"))
    .filter((folder) => existsSync(folder));
}
