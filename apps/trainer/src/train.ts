import { join } from "node:path";
import { requireMixedPrecision, useBackend } from "@eddyflow/backend";
import { openRunDirectory, type SavedCheckpoint } from "@eddyflow/checkpointing/node";
import {
  ArgumentError,
  type Boundary,
  DataError,
  type NetworkDescription,
  type ParamSets,
  type Params,
} from "@eddyflow/core";
import { measureParameters, timestampChannel } from "@eddyflow/datasets";
import { type Method, methods, type TrainingRecipe } from "@eddyflow/methods";
import { keyFor } from "@eddyflow/random";
import {
  allLoggers,
  movingAverage,
  stopwatch,
  terminalLogger,
  trainParts,
  train as trainSteps,
} from "@eddyflow/training";
import { jsonLinesLogger, tensorBoardLogger } from "@eddyflow/training/node";
import { dispose } from "@tensorflow/tfjs-core";
import { laterSeconds } from "command-line";
import { announceDone, announceEnd, announceRun, say, shown } from "./announce.ts";
import { batchesOf, pairBatches } from "./batches-of.ts";
import { divergenceWatch } from "./divergence.ts";
import { fittingIterations, measureRate } from "./fit-budget.ts";
import { loadTeacher } from "./load-teacher.ts";
import { findData } from "./open-data.ts";
import { optimizerOf, scheduleOf } from "./optimizer-of.ts";
import type { PreparedRun } from "./prepare-run.ts";
import type { Request } from "./request.ts";
import { recipeOf, storedConfig, taughtFrom, withIterations } from "./run-config.ts";
import { type Score, scoring } from "./score.ts";
import { firstState, opponentsToTrain, savedState, stateToSave } from "./training-state.ts";

/** Checkpoints that are kept beside the best one. */
const keepLast = 3;

/** How far a run came. */
export interface Outcome {
  readonly isFinished: boolean;
  /** The newest checkpoint; null after a dry run. */
  readonly checkpoint: SavedCheckpoint | null;
}

/**
 * Trains a run from where it stands to the end of its budget, or until the signal or `--max-hours` stops it
 * after the step in progress; there is a checkpoint in either case. With `--fit` the budget of a new run is found
 * from a measured rate, so that it ends within `--max-hours`.
 */
export async function train(
  prepared: PreparedRun,
  request: Request,
  signal: AbortSignal,
): Promise<Outcome> {
  const { method, experiment, precision, teacher: taughtBy } = prepared.config;
  const { seed } = experiment;
  const deadline = performance.now() + (request.maxHours ?? Number.POSITIVE_INFINITY) * 3_600_000;

  // Where the run stands.
  const latest = prepared.exists ? await (await openRunDirectory(prepared.path)).latest() : null;
  if (latest !== null && latest.step >= recipeOf(experiment, method).iterations) {
    announceDone(prepared, latest);
    return { isFinished: true, checkpoint: latest };
  }

  // What is learnt, from what and from whom.
  const data = await findData(prepared.config.data, {
    ...request,
    recipe: experiment.data,
    canBeMade: prepared.mayMakeData,
    signal,
  });
  const backend = await useBackend(request.backend);
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
  const teacher =
    taughtBy && (await loadTeacher(taughtBy, { network, channels, grid, dt, history, told }));
  // A student computes in the units of its teacher.
  const normalisation = teacher?.normalisation ?? data.normalisation;
  const conditioning = teacher?.conditioning ?? {
    history,
    parameters: measureParameters(data.train.description, told),
  };
  const { parameters } = conditioning;
  const { learner: makeLearner } = methods.find(({ name }) => name === method) as Method;
  const prepareTraining = async (recipe: TrainingRecipe) => {
    const learner = await makeLearner(recipe, {
      seed,
      network,
      grid,
      precision,
      history: conditioning.history,
      teacher,
      ...(channels.includes(timestampChannel) && {
        timeChannel: channels.indexOf(timestampChannel),
      }),
    });
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
        batchSize: recipe.batchSize,
        seed,
      }),
    };
  };
  const key = (step: number) => keyFor(seed, method, step);
  const keyOf = (set: string, step: number) => keyFor(seed, `${method}/${set}`, step);

  // How long it is.
  let run = prepared;
  if (request.fit && !request.dryRun) {
    const recipe = recipeOf(experiment, method);
    const left = () => (deadline - performance.now()) / 1000;
    const probe = await prepareTraining(recipe);
    if (probe.learner.batches !== undefined) {
      throw new ArgumentError({
        problem: `--fit cannot tell what ${method} with kept paths takes`,
        expected: "a method that learns from pairs of the data",
        remedy: "write --max-iters, or models.…paths.kind=online",
      });
    }
    const { batchSize } = recipe;
    const batches = pairBatches(data.train, {
      ...probe.which,
      augmentation,
      batchSize,
      seed,
      firstStep: 0,
    });
    const rate = await measureRate({
      ...probe,
      teacher,
      batches,
      key,
      keyOf,
      seconds: left(),
      signal,
    });
    const { validateEvery } = recipe;
    const iterations = fittingIterations(rate, { seconds: left(), validateEvery });
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
    latest === null ? firstState(learner, optimizer, average) : await savedState(latest, learner);
  announceRun(run, { start, data, teacher, learner, network, backend });
  const { step: firstStep, ...begun } = start;
  let held: readonly object[] = Object.values(begun);
  const release = () => dispose([...held, learner.frozen, teacher?.sets ?? {}] as never);
  if (request.dryRun) {
    release();
    return { isFinished: false, checkpoint: null };
  }

  const directory = await run.begin(run.config);
  const outOfTime = new AbortController();
  const checkTime = () => {
    if (performance.now() >= deadline) outOfTime.abort();
  };
  const stop = AbortSignal.any([signal, outOfTime.signal]);
  const batches = await batchesOf(learner, {
    data: data.train,
    which,
    augmentation,
    batchSize: recipe.batchSize,
    seed,
    firstStep,
    teacher: taughtBy?.sha256 ?? null,
    folder: run.path,
    signal: stop,
    checkTime,
  });
  if (batches === null) {
    release();
    return { isFinished: false, checkpoint: latest };
  }
  const logger = allLoggers([
    jsonLinesLogger(join(run.path, "metrics.jsonl"), { from: firstStep }),
    tensorBoardLogger(run.path, { from: firstStep }),
    terminalLogger(process.stderr, {
      steps,
      from: firstStep,
      later: laterSeconds(),
      laterSteps: run.laterSteps ?? 0,
    }),
  ]);

  const clock = stopwatch([...trainParts, "validation", "checkpoint", "logging"], "rest");
  const trained = trainSteps(learner.objective, optimizer, {
    sets: { ...start.sets, ...learner.frozen },
    state: start.optimizer,
    batches,
    key,
    firstStep,
    steps,
    average,
    opponents: opponentsToTrain(learner, optimizer, start, keyOf),
    timer: clock,
    signal: stop,
  });

  const frozen = Object.entries(learner.frozen).filter(([set]) => set in learner.networks);
  const saved = ({ student = {}, "student.average": averaged = {} }: ParamSets): ParamSets => ({
    student,
    "student.average": averaged,
    ...Object.fromEntries(frozen),
  });
  const manifest = {
    experiment: experiment.name,
    method,
    networks: learner.networks,
    sampler: learner.sampler,
    ...(learner.trainedOn && { trainedOn: learner.trainedOn }),
    conditioning,
    normalisation,
    grid,
    channels,
    clock: { step: dt, channel: channels.find((name) => name === timestampChannel) ?? null },
    teacher: taughtBy && {
      sha256: taughtBy.sha256,
      run: taughtFrom(run.path, taughtBy).checkpoint,
    },
    config: storedConfig(run.config, run.path),
  };

  /** What belongs to steps whose loss has not arrived yet. */
  const waiting = new Map<number, Readonly<Record<string, number>>>();
  let lastScore: Score | null = null;
  let checkpoint: SavedCheckpoint | null = null;
  const watch = divergenceWatch();
  clock.lap();
  try {
    for await (const { step, sets, state, opponents, logged, isLast } of trained) {
      held = [sets, state, opponents];
      checkTime();
      const isDue = (every: number) => step === steps || (step % every === 0 && !isLast);

      let score: Score | null = null;
      let diverged: string | null = null;
      if (isDue(recipe.validateEvery)) {
        const averaged = sets["student.average"] as Params;
        const found = await clock.measure("validation", () => scoreOf(averaged));
        say(`step ${step}: ${found.name} ${found.value.toPrecision(4)}`);
        if (Number.isFinite(found.value)) {
          score = lastScore = found;
        } else {
          diverged = `training diverged: at step ${step} ${found.name} is not finite`;
        }
      }
      const save = () =>
        clock.measure("checkpoint", () =>
          directory.saveCheckpoint(
            step,
            {
              sets: saved(sets),
              state: stateToSave({ sets, optimizer: state, opponents }),
              manifest: { ...manifest, ...(score && { score }) },
            },
            { keepLast },
          ),
        );
      diverged ??= watch.see(logged);
      // Weights that lead nowhere must not push out good ones.
      const isDueNow = isLast || (isDue(recipe.checkpointEvery) && !watch.isSkipping);
      if (isDueNow && diverged === null) checkpoint = await save();
      waiting.set(step, {
        learningRate: learningRate(step - 1),
        ...(score && { [score.name]: score.value }),
        ...prefixed("seconds/", clock.lap()),
      });
      await clock.measure("logging", () => {
        for (const { step, values } of logged) {
          logger.log(step, { ...values, ...waiting.get(step) });
          waiting.delete(step);
        }
      });
      if (diverged !== null) {
        const kept = checkpoint ?? latest ?? (await save());
        throw new DataError({
          problem: diverged,
          expected: "losses and gradients that are finite",
          remedy: `the checkpoint of step ${kept.step} is kept (${shown(kept.path)}); lower learningRate.max or clipNorm and begin another run with --new`,
        });
      }
    }
  } finally {
    await logger.close();
    release();
  }

  const newest = checkpoint ?? latest;
  if (newest === null) throw new Error("training ended without a checkpoint");
  const best = await directory.best();
  const seconds = clock.total();
  announceEnd({
    checkpoint: newest,
    best,
    score: lastScore,
    steps,
    seconds,
    skipped: watch.skipped,
  });
  return { isFinished: newest.step >= steps, checkpoint: newest };
}

/** A network goes on beyond an end as the field does, and sees nothing behind a wall. */
const paddingAt = (boundary: Boundary) => (boundary === "periodic" ? "periodic" : "zero");

const prefixed = (prefix: string, values: Readonly<Record<string, number>>) =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [`${prefix}${name}`, value]));
