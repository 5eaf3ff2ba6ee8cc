import { say } from "./announce.ts";
import type { ModelName } from "./command-spec.ts";
import { distilCommand, evaluateCommand, resumeCommand } from "./commands.ts";
import { prepareRun } from "./prepare-run.ts";
import type { Request } from "./request.ts";
import { train } from "./train.ts";

/** Trains one run of a model, and says how to go on from there. */
export async function trainModel(
  model: ModelName,
  request: Request,
  signal: AbortSignal,
): Promise<void> {
  const run = await prepareRun(model, request);
  const { isFinished } = await train(run, request, signal);
  if (request.dryRun) return;
  const { teacher } = run.config;
  if (!isFinished) {
    say(`  go on with  ${resumeCommand(model, run.name, request)}`);
  } else if (teacher === null) {
    say(`  next        ${await distilCommand(run, request)}`);
  } else {
    const models = { teacher: teacher.checkpoint, [model]: run.path };
    say(`  next        ${evaluateCommand(models, request)}`);
  }
}
