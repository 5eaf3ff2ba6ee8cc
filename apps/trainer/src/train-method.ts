import type { MethodName } from "@eddyflow/methods";
import { say } from "command-line";
import { distilCommand, evaluateCommand, resumeCommand } from "./commands.ts";
import { prepareRun } from "./prepare-run.ts";
import type { Request } from "./request.ts";
import { train } from "./train.ts";

/** Trains one run of a method, and says how to go on from there. */
export async function trainMethod(
  method: MethodName,
  request: Request,
  signal: AbortSignal,
): Promise<void> {
  const run = await prepareRun(method, request);
  const { isFinished } = await train(run, request, signal).finally(run.close);
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
