import {
  type CommandContext,
  everyMethod,
  helpText,
  isModule,
  ownValuesOf,
  parseFlags,
} from "command-line";
import { commandSpec, specOfMethods } from "./command-spec.ts";
import { readTask } from "./request.ts";

/** Does what the words of the command line say. */
export async function main({ argv, signal, endAt, join }: CommandContext): Promise<void> {
  const communicator = await join();
  const typed = parseFlags(argv, commandSpec);
  const [experiment] = typed.positionals;
  // A module may bring methods of its own.
  const isOwn = experiment !== undefined && (await isModule(experiment));
  const own = await ownValuesOf(isOwn ? experiment : null);
  const methods = everyMethod(own);
  if (typed.help) {
    process.stdout.write(helpText(specOfMethods(methods)));
    return;
  }
  const { "end-signal": endSignal } = typed.flags;
  if (endSignal !== undefined) endAt(endSignal);
  const task = readTask(typed, methods);
  if (task.request.showConfig) {
    const { showConfig } = await import("./show-config.ts");
    return await showConfig(task.kind === "run" ? task.method : "velocity_pd", task.request);
  }
  // The tensor packages take their time to load: a mistyped command should not wait for them.
  if (task.kind === "run") {
    const { trainMethod } = await import("./train-method.ts");
    await trainMethod(task.method, task.request, { signal, communicator });
  } else {
    const { trainStages } = await import("./train-stages.ts");
    await trainStages(task, { signal, communicator });
  }
}
