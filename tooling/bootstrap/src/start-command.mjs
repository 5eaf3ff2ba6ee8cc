import { readFileSync } from "node:fs";
import { join } from "node:path";
import { runCommand } from "./run-command.mjs";

/** Without it each module of WebAssembly, of which one strips the types, takes ten gigabytes of addresses. */
const fewAddresses = "--disable-wasm-trap-handler";

/** Whether `ulimit -v` limits the addresses of this process; Linux says so. */
function isLimited() {
  try {
    return /^Max address space +\d/m.test(readFileSync("/proc/self/limits", "utf8"));
  } catch {
    return false;
  }
}

/**
 * Runs a command with its start options, and ends this process as it ends.
 * @param {import("./commands.mjs").Command} command
 * @param {readonly string[]} args
 * @param {{ root: string; node: string; cwd: string; env: import("./processes.mjs").Environment }} options
 */
export async function startCommand({ script, options, env: own }, args, { root, node, cwd, env }) {
  const words = [...options, ...(script === null ? [] : [join(root, script)]), ...args];
  // In the environment, so that what the command starts has it too.
  const limited = isLimited()
    ? { NODE_OPTIONS: `${env["NODE_OPTIONS"] ?? ""} ${fewAddresses}`.trim() }
    : {};
  const { code, signal } = await runCommand(node, words, {
    cwd,
    env: { ...own, ...env, ...limited },
  });
  if (signal !== null) process.kill(process.pid, signal);
  process.exitCode = code ?? 1;
}
