import { fileURLToPath } from "node:url";
import { commands } from "./src/commands.mjs";
import { startCommand } from "./src/start-command.mjs";

// Starts an app with its start options and sets nothing up: what `pnpm --filter <app> start` runs.
const [name = "", ...args] = process.argv.slice(2);
const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
if (command === undefined) {
  console.error(`start: unknown command "${name}"; choose ${Object.keys(commands).join(", ")}`);
  process.exitCode = 2;
} else {
  const root = fileURLToPath(new URL("../..", import.meta.url));
  const { execPath: node, env } = process;
  await startCommand(command, args, { root, node, cwd: process.cwd(), env });
}
