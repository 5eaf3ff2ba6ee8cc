import { readFileSync } from "node:fs";

/**
 * A command: what it runs, with which of Node's options and in which environment, and whether it starts where the user
 * stands. Without a script of its own, the first argument names one.
 * @typedef {object} Command
 * @property {string | null} script
 * @property {readonly string[]} options
 * @property {import("./processes.mjs").Environment} env
 * @property {boolean} inUsersFolder
 */

/**
 * How an app is started, by its name, besides `strip-once.mjs`. The file is read by the benchmark too, so that it times
 * what a person runs. The
 * trainer: its steps leave little behind in JavaScript, for which Node would keep tens of megabytes free, and one arena of
 * malloc's serves all threads with what others gave back.
 * @type {Readonly<Record<string, { node: readonly string[]; env: import("./processes.mjs").Environment }>>}
 */
const startOptions = JSON.parse(
  readFileSync(new URL("./start-options.json", import.meta.url), "utf8"),
);

const stripOnce = ["--import", new URL("./strip-once.mjs", import.meta.url).href];

/**
 * @param {string} name
 * @param {string | null} script
 * @param {boolean} inUsersFolder
 * @returns {readonly [string, Command]}
 */
function command(name, script, inUsersFolder) {
  const { node, env } = startOptions[name] ?? { node: [], env: {} };
  return [name, { script, options: [...stripOnce, ...node], env, inUsersFolder }];
}

/** @type {Readonly<Record<string, Command>>} */
export const commands = Object.fromEntries([
  command("demo", "tooling/demo/src/cli.ts", false),
  command("test", "tooling/checks/src/cli.ts", false),
  command("simulator", "apps/simulator/src/cli.ts", true),
  command("import", "apps/importer/src/cli.ts", true),
  command("trainer", "apps/trainer/src/cli.ts", true),
  command("evaluator", "apps/evaluator/src/cli.ts", true),
  command("playground", "apps/playground/src/cli.ts", true),
  command("node", null, true),
]);
