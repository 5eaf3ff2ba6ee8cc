#!/usr/bin/env node
import { helpText, parseFlags, runCommand } from "command-line";
import { commandSpec } from "./command-spec.ts";

await runCommand("simulator", async ({ argv, signal }) => {
  const typed = parseFlags(argv, commandSpec);
  if (typed.help) {
    process.stdout.write(helpText(commandSpec));
    return;
  }
  if (typed.flags.systems) {
    const { listSystems } = await import("./list-systems.ts");
    process.stdout.write(listSystems());
    return;
  }
  // The readers of data take their time to load: a mistyped command should not wait for them.
  const { runSimulator } = await import("./run-simulator.ts");
  await runSimulator(typed, signal);
});
