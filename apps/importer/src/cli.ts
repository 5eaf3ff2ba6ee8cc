#!/usr/bin/env node
import { helpText, parseFlags, runCommand } from "command-line";
import { commandSpec } from "./command-spec.ts";

await runCommand("import", async ({ argv, signal }) => {
  const typed = parseFlags(argv, commandSpec);
  if (typed.help) {
    process.stdout.write(helpText(commandSpec));
    return;
  }
  // The readers of data take their time to load: a mistyped command should not wait for them.
  const { runImporter } = await import("./run-importer.ts");
  await runImporter(typed, signal);
});
