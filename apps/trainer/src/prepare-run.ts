import { relative } from "node:path";
import {
  createRunDirectory,
  listRuns,
  type RunDirectory,
  type SavedCheckpoint,
} from "@eddyflow/checkpointing/node";
import { ArgumentError } from "@eddyflow/core";
import type { Size } from "@eddyflow/experiments";
import { broadcastValue, type Communicator } from "@eddyflow/parallel";
import {
  commandLine,
  configureExperiment,
  dataPlace,
  everyMethod,
  loadExperiment,
  makeFolder,
  type OwnValues,
  requireSameModule,
  userPath,
} from "command-line";
import { type ChosenRun, chooseRun } from "./choose-run.ts";
import { continuedConfig, refuseChange } from "./continued-config.ts";
import { findTeacher } from "./find-teacher.ts";
import { keepTeacher, teacherOrCopy } from "./kept-teacher.ts";
import { type OpenedRun, openRun } from "./opened-run.ts";
import type { Request } from "./request.ts";
import { onlyMethod, type RunConfig, storedConfig, type TaughtBy } from "./run-config.ts";

/** A run that is ready to begin or to go on. Paths are absolute here. */
export interface PreparedRun extends ChosenRun {
  readonly config: RunConfig;
  /** What the experiment's module brings. */
  readonly own: OwnValues;
  /** The checkpoint that it goes on from; null for one that begins. */
  readonly latest: SavedCheckpoint | null;
  /** Whether its data may be made where they are missing: small ones, in the place of the default. */
  readonly mayMakeData: boolean;
  /** Steps of the stages that follow this run; none if not given. */
  readonly laterSteps?: number;
  /** Makes its folder with this configuration, if it does not exist, and keeps its teacher there. */
  begin(config: RunConfig): Promise<RunDirectory>;
  /** Lets other processes train it. */
  close(): void;
}

/** Whether a new run may make its data. */
export const mayMakeData = ({ data, dryRun }: Request, size: Size): boolean =>
  data === null && size === "small" && !dryRun;

/** What was typed as texts `key.path=value`, flags among them. */
export const prepareOverrides = (
  method: string,
  { overrides, seed, maxIterations }: Request,
): readonly string[] => [
  ...overrides,
  ...(seed === null ? [] : [`seed=${seed}`]),
  ...(maxIterations === null ? [] : [`models.${method}.iterations=${maxIterations}`]),
];

/**
 * Prepares a run in all ranks of a job, of which rank 0 alone writes it: the others have its name and time from there.
 *
 * @throws ArgumentError as `prepareRun` does.
 */
export async function prepareInRanks(
  method: string,
  typed: Request,
  communicator: Communicator,
): Promise<PreparedRun> {
  const isWriter = communicator.rank === 0;
  const first = isWriter ? await prepareRun(method, typed, true) : null;
  const { name, created } = await broadcastValue(communicator, {
    name: first?.name ?? "",
    created: first?.config.created ?? "",
  });
  if (first !== null) return first;
  const run = await prepareRun(method, { ...typed, name }, false);
  return { ...run, config: { ...run.config, created } };
}

/**
 * Decides what a run is and where it lies; nothing is written yet. A new run has the configuration of the
 * experiment with what was typed put over it, a resumed one its own.
 *
 * @param isWriter - whether this process is to write it.
 * @throws ArgumentError where what was typed does not fit the experiment, the run or the folder.
 */
async function prepareRun(method: string, typed: Request, isWriter: boolean): Promise<PreparedRun> {
  const root = userPath(typed.out);
  const request = { ...typed, overrides: prepareOverrides(method, typed) };
  const loaded = await loadExperiment(request.experiment);
  const { own } = loaded;
  const { name: experiment } = loaded.experiment;
  const chosen = await chooseRun(root, request, { experiment, method, now: new Date() });
  const { name, path } = chosen;
  if (chosen.exists) {
    const opened = await openRun(path, { readOnly: typed.dryRun || !isWriter, own });
    try {
      requireSameModule(name, opened.config.experiment.module, own);
    } catch (error) {
      opened.directory?.close();
      throw error;
    }
    return await resumedRun(chosen, opened, { request, own });
  }
  const size = request.size ?? "full";
  const { config: configured } = await configureExperiment(request.experiment, {
    size,
    overrides: request.overrides,
  });
  const needsTeacher = everyMethod(own).find(({ name }) => name === method)?.needsTeacher;
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
        ? await askedTeacher(request, { experiment, method, own })
        : null,
    ...(request.start !== null && { start: await findTeacher(request.start) }),
  };
  let directory: RunDirectory | null = null;
  return {
    ...chosen,
    config,
    own,
    latest: null,
    mayMakeData: mayMakeData(request, size),
    begin: async (config) => {
      await makeFolder(root);
      const stored = storedConfig(config, path);
      directory = await createRunDirectory(root, { experiment, method, name, config: stored });
      if (config.teacher !== null) await keepTeacher(config.teacher, path);
      return directory;
    },
    close: () => directory?.close(),
  };
}

/** A run that goes on, with what was typed where that may change. It is closed where that is refused. */
async function resumedRun(
  chosen: ChosenRun,
  { config: begun, latest, directory }: OpenedRun,
  { request, own }: { readonly request: Request; readonly own: OwnValues },
): Promise<PreparedRun> {
  const { name, path } = chosen;
  try {
    if (request.fit) refuseChange(name, "a budget by --fit", "the budget that it has");
    // These change how long a run is and what is kept of it, but no step that was already made.
    const free = ["iterations", "validateEvery", "checkpointEvery", "patience"].map(
      (key) => `models.${begun.method}.${key}`,
    );
    const taught = begun.teacher && (await teacherOrCopy(begun.teacher, path));
    const config = await continuedConfig({ ...begun, teacher: taught }, request, {
      ...{ name, free, own },
    });
    return {
      ...chosen,
      config,
      own,
      latest,
      mayMakeData: false,
      begin: async ({ teacher }) => {
        if (directory === null) throw new Error("a run that is only looked at does not begin");
        if (teacher !== null) await keepTeacher(teacher, path);
        return directory;
      },
      close: () => directory?.close(),
    };
  } catch (error) {
    directory?.close();
    throw error;
  }
}

/**
 * The teacher that was asked for.
 *
 * @throws ArgumentError where there is none, which names the newest run that it could be, if there is one.
 */
export async function askedTeacher(
  { teacher, out }: Request,
  {
    experiment,
    method,
    own,
  }: { readonly experiment: string; readonly method: string; readonly own: OwnValues },
): Promise<TaughtBy> {
  if (teacher !== null) return findTeacher(teacher);
  const { teachers = ["velocity"] } = everyMethod(own).find(({ name }) => name === method) ?? {};
  const runs = await Promise.all(
    teachers.map((from) => listRuns(userPath(out), { experiment, method: from })),
  );
  const newest = runs.find((found) => found.length > 0)?.at(-1);
  throw new ArgumentError({
    problem: `${method} has no teacher to learn from`,
    expected: "--teacher CHECKPOINT",
    remedy:
      newest === undefined
        ? `train one first: ${commandLine("trainer", [experiment, teachers[0] as string])}`
        : `there is --teacher ${relative(userPath("."), newest)}`,
  });
}
