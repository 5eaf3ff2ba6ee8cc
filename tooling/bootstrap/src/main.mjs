import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { commands } from "./commands.mjs";
import { findMissingDependencies, installDependencies } from "./dependencies.mjs";
import { takeLock } from "./lock.mjs";
import { installNative, nativeState, wantsNative } from "./native.mjs";
import { withFolderOnPath } from "./processes.mjs";
import { SetupError } from "./setup-error.mjs";
import { startCommand } from "./start-command.mjs";
import { bringTools, findLacks, lookForTools, toolchain, wantedPnpm } from "./toolchain.mjs";
import { usersFolder } from "./users-folder.mjs";

const usage = `node tooling/bootstrap/bootstrap.mjs [--force] <${Object.keys(commands).join(" | ")}> [arguments of the command …]

Sets up what the command needs (Node, pnpm, packages, native TensorFlow), all inside this checkout, then runs it.
  --force   try native TensorFlow again where this machine could not have it`;

/** What ends the set-up; it can go on at the next start. */
const endings = /** @type {const} */ (["SIGINT", "SIGTERM", "SIGHUP"]);

/** @param {string} line */
const report = (line) => console.log(`bootstrap: ${line}`);

/**
 * Sets up, runs the command and ends as it ends.
 * @param {readonly string[]} argv
 */
export async function main(argv) {
  const force = argv[0] === "--force";
  const [name = "--help", ...args] = force ? argv.slice(1) : argv;
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (command === undefined) {
    const asked = name === "--help" || name === "-h";
    if (!asked) console.error(`bootstrap: unknown command "${name}"`);
    console[asked ? "log" : "error"](usage);
    process.exitCode = asked ? 0 : 2;
    return;
  }

  const root = fileURLToPath(new URL("../../..", import.meta.url)).replace(/[\\/]$/, "");
  const env = withFolderOnPath(process.env, join(root, ".tools/node_modules/.bin"));
  const interruption = new AbortController();
  let code = 0;
  /** @param {NodeJS.Signals} _signal @param {number} number */
  const interrupt = (_signal, number) => {
    code = 128 + number;
    interruption.abort();
  };
  for (const signal of endings) process.on(signal, interrupt);
  let node;
  try {
    node = await setUp(root, {
      ownEnv: process.env,
      env,
      signal: interruption.signal,
      native: wantsNative(name, args, process.env) ? (force ? "force" : "auto") : "skip",
    });
    interruption.signal.throwIfAborted();
  } catch (error) {
    if (interruption.signal.aborted) {
      console.error("bootstrap: interrupted; run it again to continue");
      process.exitCode = code;
    } else if (error instanceof SetupError) {
      console.error(`bootstrap: ${error.message}`);
      process.exitCode = error.exitCode;
    } else {
      throw error;
    }
    return;
  } finally {
    for (const signal of endings) process.off(signal, interrupt);
  }

  const cwd = command.inUsersFolder ? usersFolder(root, process.env, process.cwd()) : root;
  await startCommand(command, args, { root, node, cwd, env });
}

/** @typedef {object} SetUpOptions
 * @property {import("./processes.mjs").Environment} ownEnv
 * @property {import("./processes.mjs").Environment} env with the brought tools first on the search path
 * @property {AbortSignal} signal
 * @property {"auto" | "force" | "skip"} native */

/**
 * Does what is lacking. Where nothing is, it only looks, and writes nothing.
 * @param {string} root
 * @param {SetUpOptions} options
 * @returns {Promise<string>} the Node to run the command with
 */
async function setUp(root, options) {
  const { ownEnv, env, signal } = options;
  const found = await lookForTools(root, ownEnv);
  const wanted = nativeWanted(root, options);
  const isReady =
    findLacks(found, wantedPnpm(root)).length === 0 &&
    findMissingDependencies(root) === null &&
    wanted.kind !== "install";
  if (isReady) {
    if (wanted.kind === "refused") reportRefusal(wanted.reason);
    return toolchain(root, found).node;
  }

  const release = await lockOrNull(join(root, ".tools/bootstrap.lock"), {
    signal,
    onWait: (holder) =>
      report(
        `waiting for ${holder}, which is setting up this checkout (else remove .tools/bootstrap.lock)`,
      ),
  });
  if (release === null) {
    const lacks = findLacks(found, wantedPnpm(root)).map(({ tool }) => tool);
    const missing =
      lacks.length > 0 ? `${lacks.join(" and ")} must be brought` : findMissingDependencies(root);
    if (missing !== null) {
      throw new SetupError(
        `${missing}, and this checkout cannot be written; run any command once where it can, as one builds an image`,
        2,
      );
    }
    reportRefusal("this checkout cannot be written");
    return toolchain(root, found).node;
  }
  try {
    const tools = await ensureTools(root, ownEnv, signal);
    const why = findMissingDependencies(root);
    if (why !== null) {
      report(`installing the workspace's packages with pnpm (${why})`);
      await installDependencies(root, tools.pnpm, { env, signal });
    }
    const state = nativeWanted(root, options);
    if (state.kind === "refused") reportRefusal(state.reason);
    if (state.kind === "install" && !(await installNative(root, tools.node, { env, signal }))) {
      report("continuing without native TensorFlow, on a slower backend");
    }
    return tools.node;
  } finally {
    release();
  }
}

/**
 * The lock of the set-up, or null in a checkout that this user cannot write.
 * @param {Parameters<typeof takeLock>} args
 */
async function lockOrNull(...args) {
  try {
    return await takeLock(...args);
  } catch (error) {
    const { code = "" } = /** @type {NodeJS.ErrnoException} */ (error);
    // A recursive mkdir reports a read-only file system as a missing folder.
    if (["EROFS", "EACCES", "EPERM", "ENOENT"].includes(code)) return null;
    throw error;
  }
}

/**
 * @param {string} root
 * @param {import("./processes.mjs").Environment} ownEnv
 * @param {AbortSignal} signal
 */
async function ensureTools(root, ownEnv, signal) {
  const found = await lookForTools(root, ownEnv);
  const lacks = findLacks(found, wantedPnpm(root));
  if (lacks.length === 0) return toolchain(root, found);
  await bringTools(root, lacks, { env: ownEnv, signal, report });
  return toolchain(root, await lookForTools(root, ownEnv));
}

/**
 * @param {string} root
 * @param {SetUpOptions} options
 * @returns {import("./native.mjs").NativeState}
 */
function nativeWanted(root, { native, ownEnv }) {
  if (native === "skip") return { kind: "ready" };
  const state = nativeState(root, ownEnv, Date.now());
  return native === "force" && state.kind === "refused" ? { kind: "install" } : state;
}

/** @param {string} reason */
function reportRefusal(reason) {
  report(`continuing without native TensorFlow, on a slower backend (${reason})`);
}
