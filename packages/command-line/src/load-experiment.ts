import { access, stat } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { ArgumentError, systemError } from "@eddyflow/core";
import {
  atSize,
  type Experiment,
  type ExperimentConfig,
  kolmogorov2d,
  ks2d,
  merge,
  ns2d,
  type OwnModule,
  rti3dFull,
  rti3dSliced,
  type Size,
  type SizedExperiment,
} from "@eddyflow/experiments";
import { didYouMean } from "./nearest.ts";
import {
  everyMethod,
  noOwnValues,
  type OwnValues,
  plainExperiment,
  plainPart,
} from "./own-values.ts";
import { userPath } from "./user-path.ts";

const known: Readonly<Record<string, Experiment>> = {
  ks2d,
  kolmogorov2d,
  ns2d,
  [rti3dFull.name]: rti3dFull,
  [rti3dSliced.name]: rti3dSliced,
};

/** The names of the experiments that come with the project. */
export const experimentNames: readonly string[] = Object.keys(known);

/** Half of the time that a command needs to say its --help would go into loading the schemas. */
const loadSchema = () =>
  Promise.all([import("./experiment-schema.ts"), import("./schema-problem.ts")]);

/** What training has in common, put under each method that has the key. */
async function expanded(
  { training = {}, models = {}, ...rest }: SizedExperiment,
  own: OwnValues,
): Promise<object> {
  const [{ methodsWith }] = await loadSchema();
  const common: Record<string, Record<string, unknown>> = {};
  for (const { name } of everyMethod(own)) common[name] = {};
  for (const [key, value] of Object.entries(training)) {
    for (const name of methodsWith(key, own)) common[name] = { ...common[name], [key]: value };
  }
  return { ...rest, models: merge(common, models) };
}

interface ResolveOptions {
  /** Where it comes from, for messages. */
  readonly source: string;
  readonly own: OwnValues;
  /** The methods whose recipes it has; all unless given. */
  readonly names?: readonly string[];
}

/** The experiment with every key, by its schema. */
async function resolve(
  experiment: object,
  { source, own, names }: ResolveOptions,
): Promise<ExperimentConfig> {
  const [{ configSchema }, { schemaProblem }] = await loadSchema();
  const schema = configSchema(own, names);
  const problem = schemaProblem(schema, experiment);
  if (problem === null) return schema.parse(experiment) as ExperimentConfig;
  const { key, message, advice } = problem;
  throw new ArgumentError({
    problem: `experiment ${source}${key === "" ? "" : `: ${key}`}: ${message}`,
    expected: "an Experiment of @eddyflow/experiments",
    remedy: advice ?? `correct ${key === "" ? "the module" : key}`,
  });
}

/** Deeper than any experiment; what walks through one recurses. */
const maxDepth = 50;

/** Level by level, each object once: one that is used again and again takes no time. */
function isDeeperThan(levels: number, value: unknown): boolean {
  let level: ReadonlySet<unknown> = new Set([value]);
  for (let depth = 0; depth <= levels; depth++) {
    const objects = [...level].filter((inner) => typeof inner === "object" && inner !== null);
    if (objects.length === 0) return false;
    level = new Set(objects.flatMap((inner) => Object.values(inner as object)));
  }
  return true;
}

/** What a folder of data calls its experiment. */
const moduleInFolder = "experiment.ts";

const isFolder = async (path: string): Promise<boolean> =>
  (await stat(path).catch(() => null))?.isDirectory() === true;

async function importExperiment(source: string): Promise<LoadedExperiment> {
  const asked = userPath(source);
  const path = (await isFolder(asked)) ? join(asked, moduleInFolder) : asked;
  try {
    await access(path);
  } catch (cause) {
    throw (
      systemError(cause, { path, doing: "read" }) ??
      new ArgumentError({
        problem: `no experiment at ${path}`,
        expected: `${experimentNames.join(", ")}, the path of a .ts module, or a folder with an ${moduleInFolder}`,
        remedy: "check the path",
        cause,
      })
    );
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
  if (typeof value === "object" && value !== null) {
    // The systems with their schemas take as long to load as the rest of a --help.
    if (isDeeperThan(maxDepth, plainPart({ ...value }))) {
      throw new ArgumentError({
        problem: `the experiment of ${path} is nested deeper than ${maxDepth} levels, or refers to itself`,
        expected: "plain data",
        remedy: "write its values out",
      });
    }
    const { inPresentWords } = await import("./in-present-words.ts");
    const { experiment, own } = await plainExperiment({ ...value }, path);
    return { experiment: inPresentWords(experiment) as unknown as Experiment, own };
  }
  throw new ArgumentError({
    problem: `${path} exports no experiment`,
    expected: 'a default export, or one named "experiment", of type Experiment',
    remedy: "export it",
  });
}

/** Whether what was typed for an experiment is a path rather than a name. */
export const isModule = async (source: string): Promise<boolean> =>
  /[/\\]|\.[cm]?[jt]s$/u.test(source) ||
  (!Object.hasOwn(known, source) && (await isFolder(userPath(source))));

/** An experiment as plain data, with the values that its names stand for where they are one's own. */
export interface LoadedExperiment {
  readonly experiment: Experiment;
  readonly own: OwnValues;
}

/**
 * Refuses to go on with a run by another module than it was begun with: its steps would not be those of the run.
 *
 * @throws ArgumentError where the module that is named is missing, or changed.
 */
export function requireSameModule(
  name: string,
  begun: OwnModule | undefined,
  { module: named }: OwnValues,
): void {
  if (begun === undefined || begun.sha256 === named?.sha256) return;
  throw new ArgumentError({
    problem:
      named === null
        ? `run ${name} was begun with ${begun.path}, which brings nothing of one's own any more`
        : `${named.path} has changed since run ${name} was begun with it`,
    expected: `the module with the SHA-256 ${begun.sha256.slice(0, 8)}…`,
    remedy: "put it back as it was, or begin another run with --new",
  });
}

/**
 * An experiment by name, or by the path of a module that exports one (`export default { … } satisfies
 * Experiment`, or a constant `experiment`), checked at both sizes. A folder stands for the `experiment.ts` in it.
 *
 * @throws ArgumentError for an unknown name, a module that cannot be loaded, or a key that does not fit.
 */
export async function loadExperiment(source: string): Promise<LoadedExperiment> {
  const isKnown = Object.hasOwn(known, source);
  const isOwn = await isModule(source);
  if (!isOwn && !isKnown) {
    throw new ArgumentError({
      problem: `unknown experiment "${source}"`,
      expected: `${experimentNames.join(", ")}, the path of a .ts module, or a folder with an ${moduleInFolder}`,
      remedy: didYouMean(source, experimentNames),
    });
  }
  const { experiment, own } = isOwn
    ? await importExperiment(source)
    : { experiment: known[source] as Experiment, own: noOwnValues };
  await resolve(await expanded(atSize(experiment, "full"), own), { source, own });
  if (experiment.small !== undefined) {
    const small = await expanded(atSize(experiment, "small"), own);
    await resolve(small, { source: `${source}, small`, own });
  }
  return { experiment, own };
}

/**
 * What an experiment brings that is one's own; nothing where none is named.
 *
 * @throws ArgumentError as `loadExperiment` does.
 */
export async function ownValuesOf(source: string | null | undefined): Promise<OwnValues> {
  return source === null || source === undefined ? noOwnValues : (await loadExperiment(source)).own;
}

/** A text for `training.…` as the texts for each of the methods that have the key. */
async function ofEachMethod(override: string, own: OwnValues): Promise<readonly string[]> {
  const key = /^training\.([^.=]*)/u.exec(override)?.[1];
  if (key === undefined) return [override];
  const [{ methodsWith }] = await loadSchema();
  return methodsWith(key, own).map((name) => `models.${name}${override.slice("training".length)}`);
}

/** What a command runs, resolved, with the values that its names stand for where they are one's own. */
export interface ConfiguredExperiment {
  readonly config: ExperimentConfig;
  readonly own: OwnValues;
}

/**
 * What a command runs: the experiment of `loadExperiment` at a size, with `key.path=value` texts applied,
 * defaults filled in and the result checked. `training.…` sets a key of all methods that have it.
 *
 * @throws ArgumentError as `loadExperiment` and `applyOverrides` do, and for values that do not fit together.
 */
export async function configureExperiment(
  source: string,
  { size, overrides }: { readonly size: Size; readonly overrides: readonly string[] },
): Promise<ConfiguredExperiment> {
  const { experiment, own } = await loadExperiment(source);
  const sized = await expanded(atSize(experiment, size), own);
  const [{ configSchema }] = await loadSchema();
  const { applyOverrides } = await import("./apply-overrides.ts");
  const texts = await Promise.all(overrides.map((override) => ofEachMethod(override, own)));
  const changed = applyOverrides(configSchema(own), sized, texts.flat());
  return { config: await resolve(changed, { source, own }), own };
}

/**
 * The texts that concern a stored configuration, which has the recipes of some methods only: `training.…` as texts for
 * these, and none for the recipes of others. So a command that began a run can be typed again to go on with it.
 */
export async function textsFor(
  { models }: ExperimentConfig,
  overrides: readonly string[],
  own: OwnValues,
): Promise<readonly string[]> {
  const [{ methodsWith }] = await loadSchema();
  const all = methodsWith("iterations", own);
  const texts = await Promise.all(overrides.map((override) => ofEachMethod(override, own)));
  return texts.flat().filter((text) => {
    const name = /^models\.([^.=]*)\./u.exec(text)?.[1] ?? "";
    return !all.includes(name) || Object.hasOwn(models, name);
  });
}

/**
 * A stored configuration with `key.path=value` texts applied. Keys that are newer than it get their defaults, which
 * are what was meant when there was no such key.
 *
 * @throws ArgumentError as `configureExperiment` does.
 */
export async function changeConfig(
  config: ExperimentConfig,
  overrides: readonly string[],
  own: OwnValues,
): Promise<ExperimentConfig> {
  const [{ configSchema }] = await loadSchema();
  const { applyOverrides } = await import("./apply-overrides.ts");
  // What is stored may be anything; the schema says what is wrong with it.
  const { models } = (config ?? {}) as { readonly models?: unknown };
  const names = typeof models === "object" && models !== null ? Object.keys(models) : [];
  const changed = applyOverrides(configSchema(own, names), config, overrides);
  return resolve(changed, { source: `${config?.name}, as stored`, own, names });
}
