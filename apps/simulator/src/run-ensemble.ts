import { ArgumentError } from "@eddyflow/core";
import {
  createEnsembleStore,
  type EnsembleCondition,
  type EnsembleDescription,
  openEnsembleStore,
  openTrajectoryStore,
  stateHash,
} from "@eddyflow/datasets";
import type { ExperimentConfig } from "@eddyflow/experiments";
import { requireSimulation, type Split, type System } from "@eddyflow/systems";
import { progressBar, say } from "command-line";
import { type Drawing, prepareDrawing, stepsOf } from "./draw-members.ts";
import { chooseConditions } from "./ensemble-conditions.ts";
import type { EnsembleTask, EnsembleWorkerData } from "./ensemble-worker.ts";
import { runWorkers } from "./run-workers.ts";

const workerUrl = import.meta.url.endsWith(".ts")
  ? new URL("./ensemble-worker.ts", import.meta.url)
  : new URL("./ensemble-worker.js", import.meta.url);

/** A reference ensemble as it is asked for. */
export interface EnsembleRequest {
  readonly split: Split;
  readonly members: number;
  readonly conditions: ReturnType<typeof chooseConditions>;
  readonly drawing: Drawing;
}

export interface PrepareEnsembleOptions {
  readonly split: Split;
  readonly members: number;
  /** Null for the usual number. */
  readonly conditions: number | null;
  /** Systems of one's own; none unless given. */
  readonly systems?: readonly System[];
}

/**
 * What `--ensemble` and `--conditions` ask for, checked before anything is written.
 *
 * @throws ArgumentError where the system cannot draw so many members, or the split has not so many states.
 */
export function prepareEnsemble(
  config: ExperimentConfig,
  { split, members, conditions, systems = [] }: PrepareEnsembleOptions,
): EnsembleRequest {
  const recipe = requireSimulation(config.data);
  const drawing = prepareDrawing(config, split, systems);
  if (!drawing.stochastic && members > 1) {
    throw new ArgumentError({
      problem: `--ensemble ${members} cannot be drawn: ${recipe.system} has no noise here, so each state has one next state`,
      expected: "--ensemble 1, or a system that is stirred by noise",
      remedy: "write --ensemble 1, which is all there is",
    });
  }
  if (drawing.stochastic && members < 2) {
    throw new ArgumentError({
      problem: `--ensemble ${members} says nothing of a distribution`,
      expected: "2 members or more of a system with noise",
      remedy: "try --ensemble 64",
    });
  }
  const asked = { split, seed: config.seed, asked: conditions };
  return { split, members, drawing, conditions: chooseConditions(recipe, asked) };
}

export interface RunEnsembleOptions {
  /** The store of the split. */
  readonly store: string;
  /** The ensemble. */
  readonly dir: string;
  readonly part: number;
  readonly parts: number;
  readonly signal: AbortSignal;
  readonly shown: (path: string) => string;
}

/** Draws a reference ensemble from states of a split that is complete, or what is missing of it, and says what there is. */
export async function runEnsemble(
  config: ExperimentConfig,
  { split, members, conditions, drawing }: EnsembleRequest,
  { store: path, dir, part, parts, signal, shown }: RunEnsembleOptions,
): Promise<void> {
  const store = await openTrajectoryStore(path);
  const { experiment, recipe, seed, grid, channels } = store.description;
  const hashed: EnsembleCondition[] = [];
  for (const { trajectory, frame } of conditions) {
    const state = await store.readFrames(trajectory, frame, 1);
    hashed.push({ trajectory, frame, sha256: stateHash(state) });
  }
  const description: EnsembleDescription = {
    ...{ experiment, split, recipe, seed, grid, channels, members },
    frameStride: requireSimulation(config.data).frameStride,
    conditions: hashed,
  };
  const { missing } = await createEnsembleStore(dir, description);
  const trajectories = [...new Set(conditions.map(({ trajectory }) => trajectory))];
  const mine = trajectories
    .filter((_, position) => position % parts === part - 1)
    .map((trajectory) => ({
      trajectory,
      branchings: conditions.flatMap((one, condition) =>
        one.trajectory === trajectory
          ? [{ condition, frame: one.frame, members: missing[condition] ?? [] }]
          : [],
      ),
    }));
  const count = (tasks: readonly EnsembleTask[]) =>
    tasks.flatMap(({ branchings }) => branchings.flatMap((one) => one.members)).length;
  const all = members * mine.flatMap(({ branchings }) => branchings).length;
  const there = all - count(mine);
  const tasks = mine
    .map(({ trajectory, branchings }) => ({
      trajectory,
      branchings: branchings.filter((one) => one.members.length > 0),
    }))
    .filter(({ branchings }) => branchings.length > 0);
  if (there > 0 && tasks.length > 0) say(`${there} of ${all} members are there, going on`);

  if (tasks.length > 0) {
    const workOf = ({ branchings }: EnsembleTask) => stepsOf(branchings, drawing.cost);
    const steps = tasks.reduce((sum, task) => sum + workOf(task), 0);
    const bar = progressBar(`drawing from ${config.name}`, all, { unit: "members", done: there });
    const workerData: EnsembleWorkerData = { config, split, dir, description };
    await runWorkers<EnsembleTask>(tasks, {
      ...{ script: workerUrl, workerData, signal, workOf },
      // The steps along the trajectories count as members too, so that the time left is right.
      onProgress: ({ work }) => bar.update(there + Math.floor((work / steps) * (all - there))),
    });
    bar.finish();
    if (signal.aborted) {
      const left = count(await missingOf(dir, description, mine));
      say(`stopped, ${all - left}/${all} members are in ${shown(dir)}; the same command goes on`);
      return;
    }
  }

  const left = (await createEnsembleStore(dir, description)).missing.flat().length;
  if (left > 0) {
    say(`${shown(dir)}: other parts are still missing, the last one finishes it`);
    return;
  }
  const { description: whole } = await openEnsembleStore(dir);
  const next = whole.members === 1 ? "1 next state" : `${whole.members} next states`;
  say(`${shown(dir)}: ${next} of each of ${whole.conditions.length} initial states`);
}

/** The tasks with the members that are missing by now. */
async function missingOf(
  dir: string,
  description: EnsembleDescription,
  tasks: readonly EnsembleTask[],
): Promise<readonly EnsembleTask[]> {
  const { missing } = await createEnsembleStore(dir, description);
  return tasks.map(({ trajectory, branchings }) => ({
    trajectory,
    branchings: branchings.map((one) => ({ ...one, members: missing[one.condition] ?? [] })),
  }));
}
