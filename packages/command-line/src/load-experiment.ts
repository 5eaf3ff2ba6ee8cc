import { access } from "node:fs/promises";
import { pathToFileURL } from "node:url";
import { ArgumentError } from "@eddyflow/core";
import {
  atSize,
  type Experiment,
  type ExperimentConfig,
  ks2d,
  ns2d,
  rti3dFull,
  rti3dSliced,
  type Size,
} from "@eddyflow/experiments";
import { applyOverrides } from "./apply-overrides.ts";
import { didYouMean } from "./nearest.ts";
import { userPath } from "./user-path.ts";

const known: Readonly<Record<string, Experiment>> = {
  ks2d,
  ns2d,
  [rti3dFull.name]: rti3dFull,
  [rti3dSliced.name]: rti3dSliced,
};

/** The names of the experiments that come with the project. */
export const experimentNames: readonly string[] = Object.keys(known);

/** The value with its defaults filled in. */
async function check(
  kind: "experiment" | "config",
  value: unknown,
  source: string,
): Promise<unknown> {
  // Half of the time that a command needs to say its --help would go into loading zod.
  const { experimentSchema, experimentConfigSchema } = await import("./experiment-schema.ts");
  const { schemaProblem } = await import("./schema-problem.ts");
  const schema = kind === "experiment" ? experimentSchema : experimentConfigSchema;
  const problem = schemaProblem(schema, value);
  if (problem === null) return schema.parse(value);
  const { key, message, advice } = problem;
  throw new ArgumentError({
    problem: `experiment ${source}${key === "" ? "" : `: ${key}`}: ${message}`,
    expected: "an Experiment of @eddyflow/experiments",
    remedy: advice ?? `correct ${key === "" ? "the module" : key}`,
  });
}

async function importExperiment(source: string): Promise<unknown> {
  const path = userPath(source);
  try {
    await access(path);
  } catch (cause) {
    throw new ArgumentError({
      problem: `no experiment at ${path}`,
      expected: `${experimentNames.join(", ")} or the path of a .ts module`,
      remedy: "check the path",
      cause,
    });
  }
  let module: { readonly default?: unknown; readonly experiment?: unknown };
  try {
    module = await import(pathToFileURL(path).href);
  } catch (cause) {
    throw new ArgumentError({
      problem: `${path} cannot be loaded: ${String(cause).split("\n")[0]}`,
      expected: "a .ts module with an Experiment as its default export",
      remedy: "correct the module; node runs it alone with the same message",
      cause,
    });
  }
  const value = module.default ?? module.experiment;
  if (typeof value === "object" && value !== null) return value;
  throw new ArgumentError({
    problem: `${path} exports no experiment`,
    expected: 'a default export, or one named "experiment", of type Experiment',
    remedy: "export it",
  });
}

/**
 * An experiment by name, or by the path of a module that exports one (`export default { … } satisfies
 * Experiment`, or a constant `experiment`), checked at both sizes.
 *
 * @throws ArgumentError for an unknown name, a module that cannot be loaded, or a key that does not fit.
 */
export async function loadExperiment(source: string): Promise<Experiment> {
  const isPath = /[/\\]|\.[cm]?[jt]s$/u.test(source);
  if (!isPath && !Object.hasOwn(known, source)) {
    throw new ArgumentError({
      problem: `unknown experiment "${source}"`,
      expected: `${experimentNames.join(", ")} or the path of a .ts module`,
      remedy: didYouMean(source, experimentNames),
    });
  }
  const value = isPath ? await importExperiment(source) : known[source];
  await check("experiment", value, source);
  const experiment = value as Experiment;
  if (experiment.small !== undefined) {
    await check("config", atSize(experiment, "small"), `${source}, small`);
  }
  return experiment;
}

/**
 * What a command runs: the experiment of `loadExperiment` at a size, with `key.path=value` texts applied
 * and the result checked.
 *
 * @throws ArgumentError as `loadExperiment` and `applyOverrides` do, and for values that do not fit together.
 */
export async function configureExperiment(
  source: string,
  { size, overrides }: { readonly size: Size; readonly overrides: readonly string[] },
): Promise<ExperimentConfig> {
  const config = applyOverrides(atSize(await loadExperiment(source), size), overrides);
  return (await check("config", config, source)) as ExperimentConfig;
}
