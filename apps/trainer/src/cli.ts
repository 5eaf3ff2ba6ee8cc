#!/usr/bin/env node
import { helpText, parseFlags, runCommand } from "command-line";
import { commandSpec } from "./command-spec.ts";
import { readTask } from "./request.ts";

await runCommand("trainer", async ({ argv, signal }) => {
  const typed = parseFlags(argv, commandSpec);
  if (typed.help) {
    process.stdout.write(helpText(commandSpec));
    return;
  }
  const task = readTask(typed);
  // The tensor packages take a second to load: a mistyped command should not wait for them.
  if (task.kind === "run") {
    const { trainModel } = await import("./train-model.ts");
    await trainModel(task.model, task.request, signal);
  } else {
    const { trainStages } = await import("./train-stages.ts");
    await trainStages(task, signal);
  }
});
