import { join } from "node:path";
import { runCommand } from "./run-command.mjs";

/**
 * Runs a command with its start options, and ends this process as it ends.
 * @param {import("./commands.mjs").Command} command
 * @param {readonly string[]} args
 * @param {{ root: string; node: string; cwd: string; env: import("./processes.mjs").Environment }} options
 */
export async function startCommand({ script, options, env: own }, args, { root, node, cwd, env }) {
  const words = [...options, ...(script === null ? [] : [join(root, script)]), ...args];
  const { code, signal } = await runCommand(node, words, { cwd, env: { ...own, ...env } });
  if (signal !== null) process.kill(process.pid, signal);
  process.exitCode = code ?? 1;
}
