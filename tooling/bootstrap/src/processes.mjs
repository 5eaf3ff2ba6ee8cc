import { spawn } from "node:child_process";
import { accessSync, constants, statSync } from "node:fs";
import { delimiter, join } from "node:path";

/** @typedef {Readonly<Record<string, string | undefined>>} Environment */

/** How a program ended: with a code, by a signal, or (both null) not started at all.
 * @typedef {{ readonly code: number | null; readonly signal: NodeJS.Signals | null; readonly output: string }} Ending */

/** @typedef {object} RunOptions
 * @property {AbortSignal} [signal] passed on to the program as SIGINT
 * @property {string} [cwd]
 * @property {Environment} [env]
 * @property {boolean} [shell]
 * @property {boolean} [showStdout] leaves it to the terminal instead of keeping it
 * @property {(chunk: string) => void} [onOutput] */

const keptCharacters = 1 << 16;

/**
 * Runs a program and keeps the end of its output (both streams, as they come).
 * @param {string} program
 * @param {readonly string[]} args
 * @param {RunOptions} [options]
 * @returns {Promise<Ending>}
 */
export function run(program, args, options = {}) {
  const { signal, cwd, env, shell = false, showStdout = false, onOutput } = options;
  return new Promise((resolve) => {
    const child = spawn(program, [...args], {
      cwd,
      env,
      shell,
      stdio: ["ignore", showStdout ? "inherit" : "pipe", "pipe"],
    });
    const interrupt = () => child.kill("SIGINT");
    signal?.addEventListener("abort", interrupt);
    let output = "";
    for (const name of /** @type {const} */ (["stdout", "stderr"])) {
      child[name]?.setEncoding("utf8").on("data", (/** @type {string} */ chunk) => {
        output = (output + chunk).slice(-keptCharacters);
        onOutput?.(chunk);
      });
    }
    /** @param {Ending} ending */
    const end = (ending) => {
      signal?.removeEventListener("abort", interrupt);
      resolve(ending);
    };
    child.once("error", (error) => end({ code: null, signal: null, output: error.message }));
    child.once("close", (code, killed) => end({ code, signal: killed, output }));
  });
}

/**
 * Runs a program whose output is only worth seeing where it fails; shows on standard error that it is still at work and
 * what `status` last found in its output: one line that is rewritten on a terminal, a line every fifteen seconds elsewhere.
 * @param {string} program
 * @param {readonly string[]} args
 * @param {RunOptions & { status?: (chunk: string) => string | undefined }} [options]
 * @returns {Promise<Ending>}
 */
export async function runQuietly(program, args, { status, ...options } = {}) {
  const { isTTY } = process.stderr;
  const start = Date.now();
  let latest = "";
  const timer = setInterval(
    () => {
      const line = `  ${Math.round((Date.now() - start) / 1000)} s ${latest}`;
      process.stderr.write(isTTY ? `\r\x1b[K${line}` : `${line}\n`);
    },
    isTTY ? 1000 : 15_000,
  );
  try {
    return await run(program, args, {
      ...options,
      onOutput: (chunk) => {
        latest = status?.(chunk) ?? latest;
      },
    });
  } finally {
    clearInterval(timer);
    if (isTTY) process.stderr.write("\r\x1b[K");
  }
}

/**
 * The first file of this name on the search path that can be run, or null.
 * @param {string} name
 * @param {Environment} env
 */
export function findOnPath(name, env) {
  const endings = process.platform === "win32" ? [".exe", ".cmd", ".bat", ""] : [""];
  for (const folder of searchPath(env).value.split(delimiter)) {
    for (const ending of endings) {
      const path = join(folder, name + ending);
      try {
        accessSync(path, constants.X_OK);
        if (statSync(path).isFile()) return path;
      } catch {
        // Not here; look on.
      }
    }
  }
  return null;
}

/**
 * `env` with `folder` first on the search path.
 * @param {Environment} env
 * @param {string} folder
 * @returns {Environment}
 */
export function withFolderOnPath(env, folder) {
  const { key, value } = searchPath(env);
  return { ...env, [key]: value === "" ? folder : folder + delimiter + value };
}

/**
 * The search path and the name of its variable, which Windows spells Path.
 * @param {Environment} env
 */
function searchPath(env) {
  const key = Object.keys(env).find((name) => name.toUpperCase() === "PATH") ?? "PATH";
  return { key, value: env[key] ?? "" };
}

/**
 * The last lines of a program's output, to be shown where it failed.
 * @param {string} output
 */
export function endOfOutput(output, lines = 20) {
  return output.trimEnd().split("\n").slice(-lines).join("\n");
}
