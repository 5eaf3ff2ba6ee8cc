import { join } from "node:path";
import { requireMixedPrecision, useBackend } from "@eddyflow/backend";
import { readManifest } from "@eddyflow/checkpointing";
import { folderSource, readRun, type SavedCheckpoint } from "@eddyflow/checkpointing/node";
import {
  ArgumentError,
  type Boundary,
  DataError,
  type NetworkDescription,
  type Params,
} from "@eddyflow/core";
import { measureParameters, timestampChannel } from "@eddyflow/datasets";
import type { Method, TrainingRecipe } from "@eddyflow/methods";
import { requireHalvings } from "@eddyflow/models";
import { broadcastValue, type Communicator, rowsOfRank, zeroFirst } from "@eddyflow/parallel";
import { nodeShare } from "@eddyflow/parallel/node";
import { keyFor } from "@eddyflow/random";
import { allLoggers, movingAverage, terminalLogger } from "@eddyflow/training";
import { jsonLinesLogger, tensorBoardLogger } from "@eddyflow/training/node";
import { dispose } from "@tensorflow/tfjs-core";
import { everyMethod, laterSeconds, requireSameInRanks, say } from "command-line";
import { announceDone, announceEnd, announceRun, shown } from "./announce.ts";
import { batchesOf, pairBatches } from "./batches-of.ts";
import { budgetChange } from "./budget-change.ts";
import { dataFacts } from "./data-facts.ts";
import {
  fittingIterations,
  measureRate,
  shortTrial,
  type Trial,
  trialWithin,
} from "./fit-budget.ts";
import { loadTeacher } from "./load-teacher.ts";
import { findData } from "./open-data.ts";
import { optimizerOf, scheduleOf } from "./optimizer-of.ts";
import type { PreparedRun } from "./prepare-run.ts";
import { reportTrial } from "./report-trial.ts";
import type { Request } from "./request.ts";
import { requireLearner } from "./require-learner.ts";
import { bestScoreOf, followedCheckpoints, runCheckpoints } from "./run-checkpoints.ts";
import {
  type RunConfig,
  recipeOf,
  storedConfig,
  taughtFrom,
  usedConfig,
  withIterations,
} from "./run-config.ts";
import { isOutOfPatience, runSteps } from "./run-steps.ts";
import { requireSameData } from "./same-data.ts";
import { type Score, scoring } from "./score.ts";
import { startFrom } from "./start-from.ts";
import { timeLimit } from "./time-limit.ts";
import { firstState, savedState } from "./training-state.ts";

/** How far a run came. */
export interface Outcome {
  readonly isFinished: boolean;
  /** The newest checkpoint; null after a dry run. */
  readonly checkpoint: SavedCheckpoint | null;
}

/** What a training is a part of. */
export interface Job {
  /** Asks it to stop. */
  readonly signal: AbortSignal;
  /** The ranks that share out the batches; rank 0 writes. */
  readonly communicator: Communicator;
}

/**
 * Trains a run from where it stands to the end of its budget, or until the signal or `--max-hours` stops it
 * after the step in progress; there is a checkpoint in either case. With `--fit` the budget of a new run is found
 * from a measured rate, so that it ends within `--max-hours`. Collective: all ranks get the same outcome.
 */
export async function train(
  prepared: PreparedRun,
  request: Request,
  { signal, communicator }: Job,
): Promise<Outcome> {
  const { method, experiment, precision, teacher: taughtBy, start: startBy } = prepared.config;
  const { seed } = experiment;
  const { own } = prepared;
  const limit = timeLimit(request.maxHours);

  // Where the run stands.
  const { latest } = prepared;
  if (latest !== null) {
    const recipe = recipeOf(experiment, method);
    const best = (await bestScoreOf(await readRun(prepared.path)))?.step ?? null;
    if (latest.step >= recipe.iterations || isOutOfPatience(recipe, latest.step, best)) {
      announceDone(prepared, latest, recipe.iterations);
      return { isFinished: true, checkpoint: latest };
    }
  }

  // Before anything is made.
  rowsOfRank(communicator, recipeOf(experiment, method).batchSize);

  // What is learnt, from what and from whom.
  const data = await findData(prepared.config.data, {
    ...request,
    recipe: experiment.data,
    systems: own.systems,
    canBeMade: prepared.mayMakeData,
    signal,
    communicator,
  });
  const share = communicator.size === 1 ? null : await nodeShare(communicator);
  const backend = await useBackend(
    request.backend,
    share === null ? {} : { threads: share.cores, nodeRank: share.rank },
  );
  if (precision === "mixed") requireMixedPrecision();
  const { grid, channels, frameInterval } = data.train.description;
  const { frameStride, history, parameters: told, augmentation } = experiment.data;
  const dt = frameInterval * frameStride;
  const network = {
    kind: "velocity",
    stateChannels: channels.length,
    conditionChannels: history * channels.length + told.length,
    ...experiment.network,
    padding: experiment.network.padding ?? grid.boundary.map(paddingAt),
  } satisfies NetworkDescription;
  if (network.own === undefined) requireHalvings(network.features, grid.shape);
  const measured = measureParameters(data.train.description, told);
  const facts = await dataFacts(data, told);
  const before = latest && (await readManifest(folderSource(latest.path)));
  await requireSameInRanks(communicator, {
    configuration: prepared.config,
    data: facts,
    checkpoint: latest?.step ?? "none",
    backend: `${backend.name}, ${backend.version}`,
  });
  if (before !== null) {
    const states = { channels, grid, interval: dt };
    requireSameData(before, { name: prepared.name, states, facts, parameters: measured });
  }
  const fitting = { network, channels, grid, dt, history, told, own };
  const teacher = taughtBy && (await loadTeacher(taughtBy, { ...fitting, role: "teacher" }));
  const begunWith =
    latest === null && startBy !== undefined
      ? await loadTeacher(startBy, { ...fitting, role: "start" })
      : null;
  // A run keeps the units of its checkpoint; a student computes in those of its teacher, and weights in their own.
  const normalisation = (before ?? teacher ?? begunWith ?? data).normalisation;
  const conditioning = (before ?? teacher ?? begunWith)?.conditioning ?? {
    history,
    parameters: measured,
  };
  const { parameters } = conditioning;
  const { learner: makeLearner } = everyMethod(own).find(({ name }) => name === method) as Method;
  const prepareTraining = async (recipe: TrainingRecipe) => {
    const made = await makeLearner(recipe, {
      seed,
      network,
      networks: own.networks,
      norms: own.norms,
      grid,
      precision,
      history: conditioning.history,
      teacher,
      hasStart: startBy !== undefined,
      ...(channels.includes(timestampChannel) && {
        timeChannel: channels.indexOf(timestampChannel),
      }),
    });
    requireLearner(made, method);
    const learner =
      begunWith && startBy
        ? startFrom(made, begunWith, {
            checkpoint: startBy.checkpoint,
            normalisation,
            networks: own.networks,
          })
        : made;
    const learningRate = scheduleOf(recipe, recipe.iterations);
    const which = {
      normalisation,
      frameStride,
      history,
      parameters,
      horizon: learner.horizon ?? 1,
    };
    return {
      learner,
      which,
      learningRate,
      optimizer: optimizerOf(recipe, learningRate),
      average: movingAverage({ decay: recipe.averageDecay }),
      scoreOf: scoring(learner, teacher, {
        ...which,
        store: data.validation,
        pairs: recipe.validationPairs,
        networks: own.networks,
        batchSize: recipe.batchSize,
        seed,
        communicator,
      }),
    };
  };
  const key = (step: number) => keyFor(seed, method, step);
  const keyOf = (set: string, step: number) => keyFor(seed, `${method}/${set}`, step);

  // How long it is.
  let run = prepared;
  type Prepared = Awaited<ReturnType<typeof prepareTraining>>;
  /** Measures what steps of a recipe take, on pairs of the data and weights of their own. */
  const rateOf = async (recipe: TrainingRecipe, probe: Prepared, trial: Trial) =>
    await measureRate({
      ...probe,
      teacher,
      batches: pairBatches(data.train, {
        ...probe.which,
        augmentation,
        batchSize: recipe.batchSize,
        seed,
        firstStep: 0,
        rows: rowsOfRank(communicator, recipe.batchSize),
      }),
      batchParts: recipe.batchParts,
      shared: { communicator, batchSize: recipe.batchSize },
      key,
      keyOf,
      trial,
      signal,
    });
  if (request.fit && !request.dryRun) {
    const recipe = recipeOf(experiment, method);
    const left = () => limit.left() / 1000;
    const probe = await prepareTraining(recipe);
    if (probe.learner.batches !== undefined) {
      throw new ArgumentError({
        problem: `--fit cannot tell what ${method} with kept paths takes`,
        expected: "a method that learns from pairs of the data",
        remedy: "write --max-iters, or models.…paths.kind=online",
      });
    }
    const rate = await rateOf(recipe, probe, trialWithin(left()));
    const { validateEvery } = recipe;
    // Ranks have not the same time left to the millisecond.
    const fitted = fittingIterations(rate, { seconds: left(), validateEvery });
    const iterations = await broadcastValue(communicator, fitted);
    say(
      `${iterations} steps of ${rate.step.toPrecision(2)} s fit into --max-hours ${request.maxHours}`,
    );
    run = { ...prepared, config: withIterations(prepared.config, iterations) };
  }
  const recipe = recipeOf(run.config.experiment, method);
  const steps = recipe.iterations;
  const { learner, which, learningRate, optimizer, average, scoreOf } =
    await prepareTraining(recipe);
  const start =
    latest === null
      ? firstState(learner, optimizer, average)
      : await savedState(latest, learner, own.networks);
  announceRun(run, { start, data, teacher, learner, network, backend });
  if (share !== null) {
    const threads = `${share.cores} ${share.cores === 1 ? "thread" : "threads"} each`;
    say(`  ${"ranks".padEnd(9)}${communicator.size} by ${communicator.about}, ${threads}`);
  }
  if (before !== null) {
    const { experiment } = await usedConfig<RunConfig>(before.config, run.path, own);
    const change = budgetChange(recipe, recipeOf(experiment, method).iterations, start.step);
    if (change !== null) say(`  ${"".padEnd(9)}${change}`);
  }
  const release = () =>
    dispose([learner.frozen, teacher?.sets ?? {}, begunWith?.sets ?? {}] as never);
  if (request.dryRun) {
    dispose([start.sets, start.optimizer, start.opponents] as never);
    const probe = await prepareTraining(withOnlinePaths(recipe));
    const rate = await rateOf(recipe, probe, shortTrial);
    await reportTrial(rate, { run, done: start.step, keepsPaths: learner.batches !== undefined });
    release();
    return { isFinished: false, checkpoint: null };
  }

  // A validation that the end of the last call left out.
  let late: Score | null = null;
  const wasDue = start.step > 0 && start.step % recipe.validateEvery === 0;
  if (wasDue && before?.score === undefined) {
    late = await scoreOf(start.sets["student.average"] as Params);
    if (!Number.isFinite(late.value)) {
      throw new DataError({
        problem: `training diverged at step ${start.step}: ${late.name} is not finite`,
        expected: "losses and gradients that are finite",
        remedy: "lower learningRate.max or clipNorm and begin another run with --new",
      });
    }
  }
  const directory = await zeroFirst(communicator, async () =>
    communicator.rank === 0 ? await run.begin(run.config) : null,
  );
  const stop = AbortSignal.any([signal, limit.signal]);
  const batches = await batchesOf(learner, {
    data: data.train,
    which,
    augmentation,
    batchSize: recipe.batchSize,
    seed,
    firstStep: start.step,
    teacher: taughtBy?.sha256 ?? null,
    folder: run.path,
    communicator,
    signal: stop,
    checkTime: limit.check,
  });
  if (batches === null) {
    dispose([start.sets, start.optimizer, start.opponents] as never);
    release();
    return { isFinished: false, checkpoint: latest };
  }
  const manifest = {
    experiment: experiment.name,
    method,
    networks: learner.networks,
    sampler: learner.sampler,
    ...(learner.trainedOn && { trainedOn: learner.trainedOn }),
    conditioning,
    normalisation,
    data: facts,
    grid,
    channels,
    clock: { step: dt, channel: channels.find((name) => name === timestampChannel) ?? null },
    teacher: taughtBy && {
      sha256: taughtBy.sha256,
      run: taughtFrom(run.path, taughtBy).checkpoint,
    },
    config: storedConfig(run.config, run.path),
  };
  const checkpoints =
    directory === null
      ? await followedCheckpoints(run.path, latest)
      : await runCheckpoints(directory, learner, manifest);
  const resumed = {
    from: start.step,
    ...(late && { missing: { [late.name]: late.value } }),
  };
  const metrics = join(run.path, "metrics.jsonl");
  const loggers = () => [
    jsonLinesLogger(metrics, {
      ...resumed,
      onUnreadable: (lines) =>
        say(`${lines} unreadable ${lines === 1 ? "line" : "lines"} of ${shown(metrics)} dropped`),
    }),
    tensorBoardLogger(run.path, resumed),
    terminalLogger(process.stderr, {
      steps,
      from: start.step,
      later: laterSeconds(),
      laterSteps: run.laterSteps ?? 0,
    }),
  ];
  const logger = allLoggers(communicator.rank === 0 ? loggers() : []);
  try {
    if (late !== null) {
      say(`step ${start.step}: ${late.name} ${late.value.toPrecision(4)}`);
      checkpoints.note(start.step, late);
      logger.flush();
      await checkpoints.save(start, late);
      const best = checkpoints.best?.step ?? null;
      if (isOutOfPatience(recipe, start.step, best) && checkpoints.latest !== null) {
        dispose([start.sets, start.optimizer, start.opponents] as never);
        announceDone(run, checkpoints.latest, steps);
        return { isFinished: true, checkpoint: checkpoints.latest };
      }
    }
    const result = await runSteps({
      recipe,
      learner,
      optimizer,
      learningRate,
      average,
      scoreOf,
      start,
      batches,
      key,
      keyOf,
      checkpoints,
      logger,
      limit,
      shared: { communicator, batchSize: recipe.batchSize },
      stop,
    });
    const { latest: newest, best } = checkpoints;
    if (newest === null) throw new Error("training ended without a checkpoint");
    // What comes next may read the checkpoint.
    await communicator.barrier();
    const isEarly = isOutOfPatience(recipe, newest.step, best?.step ?? null);
    announceEnd({ ...result, checkpoint: newest, best: best?.step ?? null, steps, isEarly });
    return { isFinished: newest.step >= steps || isEarly, checkpoint: newest };
  } finally {
    await logger.close();
    release();
  }
}

/** A recipe that asks for no paths on the disk. */
const withOnlinePaths = (recipe: TrainingRecipe): TrainingRecipe =>
  "paths" in recipe ? Object.assign({ ...recipe }, { paths: { kind: "online" } }) : recipe;

/** A network goes on beyond an end as the field does, and sees nothing behind a wall. */
const paddingAt = (boundary: Boundary) => (boundary === "periodic" ? "periodic" : "zero");
