import { randomUUID } from "node:crypto";
import { rename, rm, stat, writeFile } from "node:fs/promises";
import { basename, join, relative } from "node:path";
import {
  createRunDirectory,
  openRunDirectory,
  type RunDirectory,
  readRun,
  toStorageError,
} from "@eddyflow/checkpointing/node";
import { ArgumentError } from "@eddyflow/core";
import { multistagePlan, type Stage } from "@eddyflow/distillation";
import type { Recipes } from "@eddyflow/methods";
import { broadcastValue, isAny } from "@eddyflow/parallel";
import { tableauOf } from "@eddyflow/samplers";
import {
  configureExperiment,
  dataPlace,
  loadExperiment,
  type OwnValues,
  requireSameModule,
  say,
  userPath,
} from "command-line";
import { type ChosenRun, chooseRun } from "./choose-run.ts";
import { evaluateCommand, resumeCommand } from "./commands.ts";
import { continuedConfig, refuseChange } from "./continued-config.ts";
import { findTeacher } from "./find-teacher.ts";
import { keepTeacher, teacherOrCopy } from "./kept-teacher.ts";
import { type OpenedRun, openRun } from "./opened-run.ts";
import { askedTeacher, mayMakeData, type PreparedRun } from "./prepare-run.ts";
import type { MultistageTask, Request } from "./request.ts";
import {
  type CommonConfig,
  onlyMethod,
  type RunConfig,
  recipeOf,
  storedConfig,
  type TaughtBy,
  taughtFrom,
  usedConfig,
} from "./run-config.ts";
import { type Job, train } from "./train.ts";

/** What was asked, resolved: `config.json` in the folder of the whole. Each stage is a run of its own. */
interface StagesConfig extends CommonConfig {
  readonly teacher: TaughtBy;
  readonly stages: readonly Stage[];
}

type Increments = Recipes["velocity_pd"]["increments"];

/** A stage that was begun: what it has used and made. Paths are relative to the folder of the whole. */
interface StageRecord extends Stage {
  readonly run: string;
  readonly taughtBy: TaughtBy;
  /** The last checkpoint, null until the stage is done. */
  readonly student: TaughtBy | null;
}

/**
 * Distils a velocity model progressively, stage by stage, each student being the next one's teacher. What is
 * there already, of an earlier call that was stopped, is kept.
 */
export async function trainStages(typed: MultistageTask, job: Job): Promise<void> {
  const { signal, communicator } = job;
  const isWriter = communicator.rank === 0;
  const deadline =
    performance.now() + (typed.request.maxHours ?? Number.POSITIVE_INFINITY) * 3_600_000;
  const root = userPath(typed.request.out);
  const loaded = await loadExperiment(typed.request.experiment);
  const { own } = loaded;
  const { name: experiment } = loaded.experiment;
  const choice = { experiment, method: "multistage", now: new Date() };
  // Rank 0 names it; a new one is named by its time, and begun when all have looked.
  const chosen = isWriter ? await chooseRun(root, typed.request, choice) : null;
  const shared = { name: chosen?.name ?? "", created: choice.now.toISOString() };
  const { name, created } = await broadcastValue(communicator, shared);
  const task = { ...typed, request: { ...typed.request, name } };
  const { request } = task;
  const whole = chosen ?? (await chooseRun(root, request, choice));
  const isOpened = whole.exists && !request.dryRun && isWriter;
  let directory = isOpened ? await openRunDirectory(whole.path) : null;
  try {
    const config = whole.exists
      ? await resumedStages(whole, task, own)
      : { ...(await newStages(whole, root, task)), created };
    requireSameModule(whole.name, config.experiment.module, own);
    const goOn = `  go on with  ${resumeCommand("multistage", whole.name, request)}`;

    const records: StageRecord[] = [];
    const models: Record<string, string> = {};
    let teacher = config.teacher;
    for (const stage of config.stages) {
      const { index, studentSteps, substeps, teacherTableau } = stage;
      const path = stagePath(root, experiment, whole.name, index);
      const opened = (await hasConfig(path))
        ? await openRun(path, { readOnly: request.dryRun || !isWriter, own })
        : null;
      // One that was begun keeps its teacher, though that may have trained on since.
      teacher = await teacherOrCopy(opened?.config.teacher ?? teacher, path);
      models["teacher"] ??= teacher.checkpoint;
      const record = {
        ...stage,
        run: relative(whole.path, path),
        taughtBy: taughtFrom(whole.path, teacher),
        student: null,
      };
      const run = stageRun(path, opened, {
        config: stageConfig(config, stage, teacher),
        own,
        laterSteps: config.stages
          .slice(index + 1)
          .reduce((sum, later) => sum + later.iterations, 0),
        mayMakeData: index === 0 && !whole.exists && mayMakeData(request, config.size),
        root,
        prepare: async () => {
          // Only now: what was typed has been checked as far as this stage goes.
          directory ??= await createRunDirectory(root, {
            ...choice,
            name: whole.name,
            config: storedConfig(config, whole.path),
          });
          await writeRecords(whole.path, [...records, record]);
        },
      });
      const taught = `${studentSteps} × ${substeps} ${teacherTableau} steps become ${studentSteps} ${stepOf(config)}`;
      say(`stage ${index + 1} of ${config.stages.length}: ${taught}`);
      const hours = (deadline - performance.now()) / 3_600_000;
      const maxHours = request.maxHours === null ? null : Math.max(0, hours);
      const trained = train(run, { ...request, maxHours }, job);
      const { isFinished, checkpoint } = await trained.finally(run.close);
      if (request.dryRun || checkpoint === null) return;
      if (!isFinished) return say(goOn);

      teacher = await findTeacher(checkpoint.path);
      records.push({ ...record, student: taughtFrom(whole.path, teacher) });
      if (isWriter) await writeRecords(whole.path, records);
      models[`velocity_pd-${studentSteps}`] = path;
      if ((await isAny(communicator, signal.aborted)) && index + 1 < config.stages.length) {
        return say(goOn);
      }
    }
    say(`  next        ${evaluateCommand(models, request)}`);
  } finally {
    directory?.close();
  }
}

interface StageRunOptions extends Pick<PreparedRun, "config" | "own" | "mayMakeData"> {
  readonly laterSteps: number;
  /** Where all runs lie. */
  readonly root: string;
  /** What comes before the stage is begun or goes on. */
  readonly prepare: () => Promise<void>;
}

/** A stage as a run to train, which is there already or is made when it begins. */
function stageRun(
  path: string,
  opened: OpenedRun | null,
  { config, root, prepare, ...rest }: StageRunOptions,
): PreparedRun {
  const name = basename(path);
  let directory: RunDirectory | null = opened?.directory ?? null;
  return {
    ...rest,
    name,
    path,
    exists: opened !== null,
    config,
    latest: opened?.latest ?? null,
    begin: async () => {
      await prepare();
      const { experiment, method, teacher } = config;
      directory ??= await createRunDirectory(root, {
        experiment: experiment.name,
        method,
        name,
        config: storedConfig(config, path),
      });
      if (teacher !== null) await keepTeacher(teacher, path);
      return directory;
    },
    close: () => directory?.close(),
  };
}

const stagePath = (root: string, experiment: string, name: string, index: number): string =>
  join(root, experiment, "velocity_pd", `${name}-stage${index + 1}`);

/** How the students step, in words. */
function stepOf({ experiment }: StagesConfig): string {
  const { told, studentTableau } = recipeOf(experiment, "velocity_pd");
  return told ? "of a map that is told their size" : `of ${tableauOf(studentTableau).title}`;
}

const hasConfig = (path: string): Promise<boolean> =>
  stat(join(path, "config.json")).then(
    () => true,
    () => false,
  );

/** A stage as the run of a progressive student. */
function stageConfig(
  { stages: _, experiment, ...config }: StagesConfig,
  { studentSteps, substeps, teacherTableau, iterations }: Stage,
  teacher: TaughtBy,
): RunConfig {
  const recipe = recipeOf(experiment, "velocity_pd");
  const velocity_pd = {
    ...recipe,
    increments: incrementsOf(recipe.increments, studentSteps),
    steps: studentSteps,
    substeps,
    tableau: teacherTableau,
    iterations,
  };
  const own = { ...experiment, models: { velocity_pd } };
  return { ...config, method: "velocity_pd", teacher, experiment: own };
}

/**
 * The increments of a student of n steps. Those of the recipe are the last student's; one that is to make n steps of
 * each of them learns increments 1/n as long, which are then just what its own student asks of it.
 */
const incrementsOf = (increments: Increments, numSteps: number): Increments =>
  increments.kind === "uniform" || increments.kind === "beta"
    ? {
        ...increments,
        minimum: increments.minimum / numSteps,
        maximum: increments.maximum / numSteps,
      }
    : increments;

async function newStages(
  whole: ChosenRun,
  root: string,
  { stages, stageIterations, request }: MultistageTask,
): Promise<StagesConfig> {
  const size = request.size ?? "full";
  const { config: experiment, own } = await configureExperiment(request.experiment, {
    size,
    overrides: withSeed(request).overrides,
  });
  if (stages === null) {
    throw new ArgumentError({
      problem: "multistage was not told how many stages to make",
      expected: "--stages N for students of 2^(N-1), …, 2 and 1 steps",
      remedy: "add --stages 2",
    });
  }
  const { iterations, substeps, tableau, studentTableau } = recipeOf(experiment, "velocity_pd");
  const plan = multistagePlan({
    stages,
    iterations: budgets(stageIterations) ?? iterations,
    initialTableau: tableau,
    initialSubsteps: substeps,
    studentTableau,
  });
  for (const { index } of plan) {
    const path = stagePath(root, experiment.name, whole.name, index);
    if (!(await hasConfig(path))) continue;
    throw new ArgumentError({
      problem: `the run ${path} exists`,
      expected: "a name that no stage has",
      remedy: "give another --name",
    });
  }
  return {
    version: 2,
    created: new Date().toISOString(),
    size,
    experiment: onlyMethod(experiment, "velocity_pd"),
    precision: request.precision ?? "float32",
    data: dataPlace(experiment, request.data),
    teacher: await askedTeacher(request, {
      experiment: experiment.name,
      method: "multistage",
      own,
    }),
    stages: plan,
  };
}

async function resumedStages(
  { name, path }: ChosenRun,
  { stages, stageIterations, request }: MultistageTask,
  own: OwnValues,
): Promise<StagesConfig> {
  const begun = await usedConfig<StagesConfig>((await readRun(path)).config, path, own);
  const plan = begun.stages.map(({ iterations }) => iterations);
  const asked = budgets(stageIterations) ?? plan;
  const isSame = plan.every((n, i) => n === (typeof asked === "number" ? asked : asked[i]));
  if ((stages !== null && stages !== plan.length) || !isSame) {
    refuseChange(
      name,
      "the number of stages or their steps",
      `--stages ${plan.length} --stage-iters ${plan.join(",")}`,
    );
  }
  return continuedConfig(begun, withSeed(request), { name, free: [], own });
}

const withSeed = (request: Request): Request => ({
  ...request,
  overrides: [...request.overrides, ...(request.seed === null ? [] : [`seed=${request.seed}`])],
});

/** One number for all stages, or one for each. */
const budgets = (typed: readonly number[] | null): number | readonly number[] | null =>
  typed?.length === 1 ? (typed[0] as number) : typed;

/** Writes `multistage.json`, whole or not at all. */
async function writeRecords(path: string, stages: readonly StageRecord[]): Promise<void> {
  const file = join(path, "multistage.json");
  const writing = `${file}.${randomUUID()}.writing`;
  const json = JSON.stringify({ format: "eddyflow-multistage", version: 2, stages }, null, 2);
  try {
    // Never through a link that lies there.
    await writeFile(writing, `${json}\n`, { flag: "wx" });
    await rename(writing, file);
  } catch (error) {
    await rm(writing, { force: true });
    throw toStorageError(path, error);
  }
}
