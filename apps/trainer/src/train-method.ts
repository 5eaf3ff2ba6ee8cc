import { say } from "command-line";
import { distilCommand, evaluateCommand, resumeCommand } from "./commands.ts";
import { prepareInRanks } from "./prepare-run.ts";
import type { Request } from "./request.ts";
import { type Job, train } from "./train.ts";

/** Trains one run of a method, and says how to go on from there. */
export async function trainMethod(method: string, request: Request, job: Job): Promise<void> {
  const run = await prepareInRanks(method, request, job.communicator);
  const { isFinished } = await train(run, request, job).finally(run.close);
  if (request.dryRun) return;
  const { teacher } = run.config;
  const models = { ...(teacher && { teacher: teacher.checkpoint }), [method]: run.path };
  if (!isFinished) {
    say(`  go on with  ${resumeCommand(method, run.name, request)}`);
  } else if (method === "velocity") {
    say(`  next        ${await distilCommand(run, request)}`);
  } else {
    say(`  next        ${evaluateCommand(models, request)}`);
  }
}
