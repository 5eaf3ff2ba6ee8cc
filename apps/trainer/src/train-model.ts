import { nextCommand, resumeCommand, say } from "./announce.ts";
import type { ModelName } from "./command-spec.ts";
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
  if (isFinished) say(`  next        ${nextCommand(run, request)}`);
  else say(`  go on with  ${resumeCommand(model, run.name, request)}`);
}
