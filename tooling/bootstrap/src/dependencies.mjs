import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterFailedInstall } from "./failed-install.mjs";
import { readJson, writeJson } from "./json-file.mjs";
import { endOfOutput, runQuietly } from "./processes.mjs";
import { SetupError } from "./setup-error.mjs";

const workspaceFolders = ["packages", "apps", "tooling"];

/** @param {string} root */
const stampFile = (root) => join(root, "node_modules/.eddyflow.json");

/**
 * Why packages must be installed, in words, or null where they are. What they depend on is compared with what was
 * noted at the end of the last install.
 * @param {string} root
 * @returns {string | null}
 */
export function findMissingDependencies(root) {
  if (!existsSync(join(root, "node_modules"))) return "there is no node_modules";
  const stamp = readJson(stampFile(root));
  if (stamp === null) return "no install was completed by this command";
  if (stamp.digest !== digestOf(root)) return "pnpm-lock.yaml or a package.json changed";
  const bare = packageFiles(root).find((file) => {
    const { dependencies, devDependencies } = readJson(file) ?? {};
    const some = Object.keys({ ...dependencies, ...devDependencies }).length > 0;
    return some && !existsSync(join(dirname(file), "node_modules"));
  });
  return bare === undefined ? null : `${dirname(bare)} has no node_modules`;
}

/**
 * Runs `pnpm install --frozen-lockfile` and notes what was installed.
 * @param {string} root
 * @param {readonly string[]} pnpm
 * @param {{ env: import("./processes.mjs").Environment; signal: AbortSignal }} options
 */
export async function installDependencies(root, [pnpm = "pnpm", ...pnpmArgs], { env, signal }) {
  rmSync(stampFile(root), { force: true });
  const digest = digestOf(root);
  const args = [
    ...pnpmArgs,
    "install",
    "--frozen-lockfile",
    "--reporter=append-only",
    // Without a terminal pnpm refuses to replace a node_modules that another version made.
    "--config.confirmModulesPurge=false",
  ];
  const { code, output } = await runQuietly(pnpm, args, {
    cwd: root,
    env,
    signal,
    shell: process.platform === "win32" && pnpm === "pnpm",
    status: (chunk) => chunk.match(/^Progress: .*$/gm)?.at(-1),
  });
  signal.throwIfAborted();
  if (code !== 0) {
    throw new SetupError(
      `${endOfOutput(output)}\npnpm install failed (see above); ${afterFailedInstall(output, env, "check the connection and the disk")}, and run it again`,
    );
  }
  writeJson(stampFile(root), { digest });
}

/**
 * A content hash of all that decides what is installed; the platform too, as packages with native parts differ.
 * @param {string} root
 */
function digestOf(root) {
  const hash = createHash("sha256").update(`${process.platform} ${process.arch}`);
  const files = ["pnpm-lock.yaml", "pnpm-workspace.yaml"].map((name) => join(root, name));
  for (const file of [...files, ...packageFiles(root)]) {
    const content = existsSync(file) ? readFileSync(file) : "";
    hash.update(`\0${file.slice(root.length)}\0${content.length}\0`).update(content);
  }
  return hash.digest("hex");
}

/** @param {string} root */
function packageFiles(root) {
  const folders = workspaceFolders.flatMap((name) => {
    const folder = join(root, name);
    if (!existsSync(folder)) return [];
    return readdirSync(folder)
      .sort()
      .map((child) => join(folder, child));
  });
  return [root, ...folders].map((folder) => join(folder, "package.json")).filter(existsSync);
}
