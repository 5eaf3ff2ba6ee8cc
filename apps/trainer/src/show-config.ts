import { configText, configureExperiment, say } from "command-line";
import { prepareOverrides } from "./prepare-run.ts";
import type { Request } from "./request.ts";
import { onlyMethod } from "./run-config.ts";

/** Prints what a run of a method would be asked to do, as a module to start from. */
export async function showConfig(method: string, request: Request): Promise<void> {
  const { config, own } = await configureExperiment(request.experiment, {
    size: request.size ?? "full",
    overrides: prepareOverrides(method, request),
  });
  say((await configText(onlyMethod(config, method), own)).trimEnd());
}
