import { relative } from "node:path";
import { readManifest } from "@eddyflow/checkpointing";
import {
  createRunDirectory,
  folderSource,
  listRuns,
  openRunDirectory,
  type RunDirectory,
} from "@eddyflow/checkpointing/node";
import { ArgumentError } from "@eddyflow/core";
import type { Size } from "@eddyflow/experiments";
import { type Method, type MethodName, methods } from "@eddyflow/methods";
import { configureExperiment, dataPlace, loadExperiment, makeFolder, userPath } from "command-line";
import { type ChosenRun, chooseRun } from "./choose-run.ts";
import { continuedConfig, refuseChange } from "./continued-config.ts";
import { findTeacher } from "./find-teacher.ts";
import type { Request } from "./request.ts";
import {
  onlyMethod,
  type RunConfig,
  storedConfig,
  type TaughtBy,
  usedConfig,
} from "./run-config.ts";

/** A run that is ready to begin or to go on. Paths are absolute here. */
export interface PreparedRun extends ChosenRun {
  readonly config: RunConfig;
  /** Whether its data may be made where they are missing: small ones, in the place of the default. */
  readonly mayMakeData: boolean;
  /** Steps of the stages that follow this run; none if not given. */
  readonly laterSteps?: number;
  /** Makes its folder with this configuration, if it does not exist. */
  begin(config: RunConfig): Promise<RunDirectory>;
}

/** Whether a new run may make its data. */
export const mayMakeData = ({ data, dryRun }: Request, size: Size): boolean =>
  data === null && size === "small" && !dryRun;

/** What was typed as texts `key.path=value`, flags among them. */
export const prepareOverrides = (
  method: MethodName,
  { overrides, seed, maxIterations }: Request,
): readonly string[] => [
  ...overrides,
  ...(seed === null ? [] : [`seed=${seed}`]),
  ...(maxIterations === null ? [] : [`models.${method}.iterations=${maxIterations}`]),
];

/**
 * Decides what a run is and where it lies; nothing is written yet. A new run has the configuration of the
 * experiment with what was typed put over it, a resumed one its own.
 *
 * @throws ArgumentError where what was typed does not fit the experiment, the run or the folder.
 */
export async function prepareRun(method: MethodName, typed: Request): Promise<PreparedRun> {
  const root = userPath(typed.out);
  const request = { ...typed, overrides: prepareOverrides(method, typed) };
  const { name: experiment } = await loadExperiment(request.experiment);
  const chosen = await chooseRun(root, request, { experiment, method, now: new Date() });
  const { name, path } = chosen;
  if (chosen.exists) {
    if (typed.fit) refuseChange(name, "a budget by --fit", "the budget that it has");
    // These change how long a run is and what is kept of it, but no step that was already made.
    const free = [
      `models.${method}.iterations`,
      `models.${method}.validateEvery`,
      `models.${method}.checkpointEvery`,
      `models.${method}.patience`,
    ];
    const config = await continuedConfig(await latestConfig(path), request, { name, free });
    return { ...chosen, config, mayMakeData: false, begin: () => openRunDirectory(path) };
  }
  const size = request.size ?? "full";
  const configured = await configureExperiment(request.experiment, {
    size,
    overrides: request.overrides,
  });
  const { needsTeacher } = methods.find(({ name }) => name === method) as (typeof methods)[number];
  const config: RunConfig = {
    version: 2,
    created: new Date().toISOString(),
    method,
    size,
    experiment: onlyMethod(configured, method),
    precision: request.precision ?? "float32",
    data: dataPlace(configured, request.data),
    teacher:
      needsTeacher === true || request.teacher !== null
        ? await askedTeacher(request, { experiment, method })
        : null,
  };
  return {
    ...chosen,
    config,
    mayMakeData: mayMakeData(request, size),
    begin: async (config) => {
      await makeFolder(root);
      const stored = storedConfig(config, path);
      return await createRunDirectory(root, { experiment, method, name, config: stored });
    },
  };
}

/** The configuration of a run as it is now: its budget may have changed since it was begun. */
async function latestConfig(path: string): Promise<RunConfig> {
  const directory = await openRunDirectory(path);
  const latest = await directory.latest();
  const { config } = latest === null ? directory : await readManifest(folderSource(latest.path));
  return await usedConfig(config, path);
}

/**
 * The teacher that was asked for.
 *
 * @throws ArgumentError where there is none, which names the newest run that it could be, if there is one.
 */
export async function askedTeacher(
  { teacher, out }: Request,
  { experiment, method }: { readonly experiment: string; readonly method: string },
): Promise<TaughtBy> {
  if (teacher !== null) return findTeacher(teacher);
  const known: readonly Method[] = methods;
  const { teachers = ["velocity"] } = known.find(({ name }) => name === method) ?? {};
  const runs = await Promise.all(
    teachers.map((from) => listRuns(userPath(out), { experiment, method: from })),
  );
  const newest = runs.find((found) => found.length > 0)?.at(-1);
  throw new ArgumentError({
    problem: `${method} has no teacher to learn from`,
    expected: "--teacher CHECKPOINT",
    remedy:
      newest === undefined
        ? `train one first: trainer ${experiment} ${teachers[0]}`
        : `there is --teacher ${relative(userPath("."), newest)}`,
  });
}
