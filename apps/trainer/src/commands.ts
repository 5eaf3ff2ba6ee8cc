import { isDeepStrictEqual } from "node:util";
import { commandLine, configureExperiment, pathInModels } from "command-line";
import { shown } from "./announce.ts";
import type { PreparedRun } from "./prepare-run.ts";
import type { Request } from "./request.ts";

/** A flag that is said only where it is not the default. */
const flag = (name: string, value: string | null, otherwise: string | null = null) =>
  value === otherwise || value === null ? [] : [`--${name}`, value];

/** The command that goes on with a run that was stopped. */
export function resumeCommand(
  method: string,
  name: string,
  { experiment, out, backend, precision }: Request,
): string {
  return commandLine("trainer", [
    experiment,
    method,
    "--resume",
    ...flag("name", name),
    ...flag("out", out, "runs"),
    ...flag("backend", backend, "auto"),
    ...flag("precision", precision),
  ]);
}

/** The command that distils a velocity run that is done. */
export async function distilCommand(
  { path, config }: PreparedRun,
  { experiment, data, out }: Request,
): Promise<string> {
  const { features } = config.experiment.network;
  const asked = { size: config.size, overrides: [] };
  const { network } = (await configureExperiment(experiment, asked)).config;
  return commandLine("trainer", [
    experiment,
    "flow",
    ...flag("size", config.size, "full"),
    ...flag("precision", config.precision, "float32"),
    ...flag("teacher", shown(path)),
    ...flag("data", data),
    ...flag("out", out, "runs"),
    ...(isDeepStrictEqual(features, network.features)
      ? []
      : [`network.features=${JSON.stringify(features)}`]),
  ]);
}

/** The command that compares models, by the names that they get in the report. */
export function evaluateCommand(
  models: Readonly<Record<string, string>>,
  { experiment, data }: Request,
): string {
  const list = Object.entries(models).map(([name, path]) => `${name}=${pathInModels(shown(path))}`);
  return commandLine("evaluator", [experiment, "--models", list.join(","), ...flag("data", data)]);
}
