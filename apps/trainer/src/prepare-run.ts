import { basename, join, relative, resolve } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { listRuns, openRunDirectory } from "@eddyflow/checkpointing/node";
import { ArgumentError } from "@eddyflow/core";
import { applyOverrides, configureExperiment, loadExperiment, userPath } from "command-line";
import { type ChosenRun, chooseRun } from "./choose-run.ts";
import type { ModelName } from "./command-spec.ts";
import { findTeacher } from "./find-teacher.ts";
import type { Request } from "./request.ts";
import type { RunConfig } from "./run-config.ts";

/** A run that is ready to begin or to go on. Paths are absolute here. */
export interface PreparedRun extends ChosenRun {
  /** The folder of all runs. */
  readonly root: string;
  readonly config: RunConfig;
}

/**
 * Decides what a run is and where it lies; nothing is written yet. A new run has the configuration of the
 * experiment with what was typed put over it, a resumed one its own.
 *
 * @throws ArgumentError where what was typed does not fit the experiment, the run or the folder.
 */
export async function prepareRun(model: ModelName, request: Request): Promise<PreparedRun> {
  const root = userPath(request.out);
  const { name: experiment } = await loadExperiment(request.experiment);
  const chosen = await chooseRun(root, request, { experiment, model, now: new Date() });
  const overrides = [
    ...request.overrides,
    ...(request.seed === null ? [] : [`seed=${request.seed}`]),
    ...(request.maxIterations === null
      ? []
      : [`models.${model}.iterations=${request.maxIterations}`]),
  ];
  if (chosen.exists) {
    const config = await resumedConfig(chosen, model, { ...request, overrides });
    return { ...chosen, root, config };
  }
  const size = request.size ?? "full";
  const config: RunConfig = {
    created: new Date().toISOString(),
    model,
    size,
    experiment: await configureExperiment(request.experiment, { size, overrides }),
    data: userPath(request.data ?? join("data", experiment)),
    teacher:
      model === "velocity"
        ? null
        : await findTeacher(request.teacher ?? (await missingTeacher(root, experiment, model))),
  };
  return { ...chosen, root, config };
}

/** The configuration as it is stored, with paths relative to the run, so that all can be moved together. */
export function storedConfig(config: RunConfig, path: string): RunConfig {
  const { data, teacher } = config;
  return {
    ...config,
    data: relative(path, data),
    teacher: teacher && { ...teacher, checkpoint: relative(path, teacher.checkpoint) },
  };
}

async function resumedConfig(
  run: ChosenRun,
  model: ModelName,
  { overrides, size, teacher: typedTeacher, data }: Request,
): Promise<RunConfig> {
  const stored = (await openRunDirectory(run.path)).config as RunConfig;
  const keep = (what: string, kept: string): never => {
    throw new ArgumentError({
      problem: `${what} is not what run ${run.name} was begun with`,
      expected: kept,
      remedy: "leave it out, or begin another run with --new",
    });
  };
  if (size !== null && size !== stored.size) keep(`--size ${size}`, stored.size);
  // These change how long a run is and what is kept of it, but no step that was already made.
  const free = ["iterations", "validateEvery", "checkpointEvery"].map(
    (key) => `models.${model}.${key}`,
  );
  let experiment = stored.experiment;
  for (const override of overrides) {
    const changed = applyOverrides(experiment, [override]);
    const isFree = free.includes(override.slice(0, override.indexOf("=")));
    if (!isFree && !isDeepStrictEqual(changed, experiment)) keep(override, "the run's own value");
    experiment = changed;
  }
  const teacher = stored.teacher && {
    ...stored.teacher,
    checkpoint: resolve(run.path, stored.teacher.checkpoint),
  };
  if (typedTeacher === null) {
    return { ...stored, experiment, teacher, data: dataOf(run, stored, data) };
  }
  const moved = await findTeacher(typedTeacher);
  if (moved.sha256 !== teacher?.sha256) {
    keep(`--teacher ${typedTeacher}`, `the weights with SHA-256 ${teacher?.sha256.slice(0, 8)}…`);
  }
  return { ...stored, experiment, teacher: moved, data: dataOf(run, stored, data) };
}

const dataOf = (run: ChosenRun, stored: RunConfig, typed: string | null): string =>
  typed === null ? resolve(run.path, stored.data) : userPath(typed);

async function missingTeacher(root: string, experiment: string, model: ModelName): Promise<never> {
  const newest = (await listRuns(root, { experiment, model: "velocity" })).at(-1);
  throw new ArgumentError({
    problem: `${model} has no teacher to learn from`,
    expected: "--teacher CHECKPOINT",
    remedy:
      newest === undefined
        ? `train one first: trainer ${experiment} velocity`
        : `there is --teacher ${join(relative(userPath("."), root), experiment, "velocity", basename(newest))}`,
  });
}
