import { type CommandContext, helpText, parseFlags } from "command-line";
import { commandSpec } from "./command-spec.ts";
import { readTask } from "./request.ts";

/** Does what the words of the command line say. */
export async function main({ argv, signal }: CommandContext): Promise<void> {
  const typed = parseFlags(argv, commandSpec);
  if (typed.help) {
    process.stdout.write(helpText(commandSpec));
    return;
  }
  const task = readTask(typed);
  // The tensor packages take their time to load: a mistyped command should not wait for them.
  if (task.kind === "run") {
    const { trainModel } = await import("./train-model.ts");
    await trainModel(task.model, task.request, signal);
  } else {
    const { trainStages } = await import("./train-stages.ts");
    await trainStages(task, signal);
  }
}
