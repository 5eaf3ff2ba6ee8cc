import { relative } from "node:path";
import { useBackend } from "@eddyflow/backend";
import { readManifest } from "@eddyflow/checkpointing";
import { folderSource, resolveCheckpoint } from "@eddyflow/checkpointing/node";
import { ArgumentError, DataError } from "@eddyflow/core";
import { createTrajectoryStore, shortestFrames, type TrajectoryFrames } from "@eddyflow/datasets";
import { ownValuesOf, progressBar, say, userPath } from "command-line";
import { loadModel, type Model } from "./contestants/model.ts";
import { readStarts } from "./measure/starts.ts";
import { openPredictionData, type PredictionData } from "./prediction-data.ts";
import { predictionKey } from "./prediction-key.ts";
import { plural } from "./report/wording.ts";
import type { PredictionRequest } from "./request.ts";

/**
 * Runs `evaluator predict …`: rolls out a model `members` times from one frame of each trajectory of a store, and
 * writes the rollouts as a store, trajectory by trajectory and member by member. Each step is written before the next
 * is made, so that memory and open files do not grow with the steps.
 */
export async function runPrediction(
  request: PredictionRequest,
  signal: AbortSignal,
): Promise<void> {
  const { checkpoint, sampler, from, out, steps, members, seed, batch } = request;
  // Only what the person names is run.
  const own = await ownValuesOf(request.module);
  const manifest = await readManifest(folderSource(await resolveCheckpoint(userPath(checkpoint))));
  const data = await openPredictionData(manifest, userPath(from), request.split, own.systems);
  const { store, frameStride, interval } = data;
  const description = { ...store.description, frameInterval: interval };
  const { history } = manifest.conditioning;
  const frame = firstFrame(request, shortestFrames(store.description), (history - 1) * frameStride);
  await useBackend(request.backend);
  const model = await loadModel("the model", userPath(checkpoint), {
    sampler,
    test: { ...store, description },
    own,
  });
  if (model.warning !== undefined) say(`${model.name} is ${model.warning}`);
  try {
    const rows = store.trajectories * members;
    const { lengths: _, ...alike } = description;
    const writer = await createTrajectoryStore(userPath(out), {
      ...alike,
      split: "prediction",
      frames: steps + 1,
      trajectories: rows,
      ...(description.parameters && {
        parameters: Object.fromEntries(
          Object.entries(description.parameters).map(([name, values]) => [
            name,
            values.flatMap((value) => Array.from({ length: members }, () => value)),
          ]),
        ),
      }),
      recipe: {
        system: "prediction",
        weights: model.weights,
        sampler: model.description,
        from: { split: description.split, seed: description.seed, recipe: description.recipe },
        frame,
        members,
        keys: "row, step",
      },
      seed,
    });
    const bar = progressBar("predicting", rows * steps, { unit: "states" });
    let done = 0;
    for (let first = 0; first < rows; first += batch) {
      const count = Math.min(batch, rows - first);
      const missing = Array.from({ length: count }, (_, row) => first + row).filter(
        (row) => !writer.has(row),
      );
      done += (count - missing.length) * steps;
      if (missing.length > 0) {
        await rollOut(model, data, {
          ...{ rows: missing, frame, history, members, steps, seed, signal },
          begin: writer.begin,
          onStep: (step) => bar.update(done + step * missing.length),
        });
      }
      done += missing.length * steps;
      bar.update(done);
    }
    bar.finish();
    say(
      `${relative(userPath("."), userPath(out)) || "."}: ${plural(rows, "rollout")} of ${plural(steps, "step")}, ${model.description}`,
    );
  } finally {
    model.dispose();
  }
}

/** The frame to start from: as asked, or the first that has enough states before it. */
function firstFrame(
  { frame: asked, from }: PredictionRequest,
  frames: number,
  before: number,
): number {
  const frame = asked ?? before;
  if (frame >= before && frame < frames) return frame;
  throw new ArgumentError({
    problem:
      frame < frames
        ? `--frame ${frame} has fewer than the ${plural(before, "frame")} before it that the model has to know`
        : `--frame ${frame} is not in ${from}`,
    expected: `${before} … ${frames - 1}`,
    remedy: `try --frame ${before}`,
  });
}

interface RollOutOptions {
  /** The rollouts to make, by their numbers in the store that is written. */
  readonly rows: readonly number[];
  readonly frame: number;
  readonly history: number;
  readonly members: number;
  readonly steps: number;
  readonly seed: number;
  readonly signal: AbortSignal;
  readonly begin: (row: number) => Promise<TrajectoryFrames>;
  readonly onStep: (step: number) => void;
}

/** Makes some rollouts at once. They appear in the store when the last step is written; nothing is left of failed ones. */
async function rollOut(
  model: Model,
  { store, frameStride }: PredictionData,
  { rows, frame, history, members, steps, seed, signal, begin, onStep }: RollOutOptions,
): Promise<void> {
  const starts = rows.map((row) => ({ trajectory: Math.floor(row / members), frame }));
  const { states, ...known } = await readStarts(store, starts, history, frameStride);
  const size = states.length / rows.length;
  const writing: TrajectoryFrames[] = [];
  const forecast = model.begin(states, rows.length, known);
  const add = async (next: Float32Array, step: number) => {
    for (const [at, frames] of writing.entries()) {
      const state = next.subarray(at * size, (at + 1) * size);
      if (!state.every(Number.isFinite)) throw diverged(rows[at] as number, step);
      await frames.add(state);
    }
  };
  try {
    for (const row of rows) writing.push(await begin(row));
    await add(states, 0);
    for (let step = 1; step <= steps; step++) {
      signal.throwIfAborted();
      await add(await forecast.step(rows.map((row) => predictionKey(seed, row, step))), step);
      onStep(step);
    }
    for (const frames of writing) await frames.finish();
  } catch (error) {
    for (const frames of writing) await frames.abandon();
    throw error;
  } finally {
    forecast.dispose();
  }
}

const diverged = (row: number, step: number) =>
  new DataError({
    problem: `rollout ${row} is no longer finite at step ${step}`,
    expected: "states that a model can go on from",
    remedy:
      step > 1
        ? `ask for fewer steps: --steps ${step - 1}`
        : "check the checkpoint and the states that it starts from",
  });
