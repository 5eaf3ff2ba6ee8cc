import { relative } from "node:path";
import { useBackend } from "@eddyflow/backend";
import { type Manifest, readManifest } from "@eddyflow/checkpointing";
import { folderSource, resolveCheckpoint } from "@eddyflow/checkpointing/node";
import { ArgumentError } from "@eddyflow/core";
import {
  createTrajectoryStore,
  type StoreDescription,
  timestampChannel,
  withTimestamp,
} from "@eddyflow/datasets";
import { openData } from "@eddyflow/formats";
import { foldIn, keyFor } from "@eddyflow/random";
import { progressBar, say, userPath } from "command-line";
import { loadModel } from "./contestants/model.ts";
import { readStarts } from "./measure/starts.ts";
import { plural } from "./report/wording.ts";
import type { PredictionRequest } from "./request.ts";

/**
 * Runs `evaluator predict …`: rolls out a model `members` times from one frame of each trajectory of a store, and
 * writes the rollouts as a store, trajectory by trajectory and member by member.
 */
export async function runPrediction(
  {
    checkpoint,
    sampler,
    from,
    out,
    frame: asked,
    steps,
    members,
    seed,
    batch,
    backend,
  }: PredictionRequest,
  signal: AbortSignal,
): Promise<void> {
  const manifest = await readManifest(folderSource(await resolveCheckpoint(userPath(checkpoint))));
  const opened = await openData(userPath(from));
  const store = manifest.clock?.channel === timestampChannel ? withTimestamp(opened) : opened;
  const { history } = manifest.conditioning;
  const description = {
    ...store.description,
    frameInterval: intervalOf(store.description, manifest),
  };
  const frame = asked ?? history - 1;
  if (frame >= description.frames || frame < history - 1) {
    throw new ArgumentError({
      problem:
        frame < description.frames
          ? `--frame ${frame} has fewer than the ${history - 1} states before it that the model has to know`
          : `--frame ${frame} is not in ${from}`,
      expected: `${history - 1} … ${description.frames - 1}`,
      remedy: `try --frame ${history - 1}`,
    });
  }
  await useBackend(backend);
  const model = await loadModel("the model", userPath(checkpoint), {
    sampler,
    test: { ...store, description },
  });
  if (model.warning !== undefined) say(`${model.name} is ${model.warning}`);
  try {
    const rows = store.trajectories * members;
    const writer = await createTrajectoryStore(userPath(out), {
      ...description,
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
        batch,
      },
      seed,
    });
    const bar = progressBar("predicting", rows * steps, { unit: "states" });
    let done = 0;
    for (let first = 0; first < rows; first += batch) {
      const count = Math.min(batch, rows - first);
      const indices = Array.from({ length: count }, (_, row) => first + row);
      if (!indices.every(writer.has)) {
        const starts = indices.map((index) => ({
          trajectory: Math.floor(index / members),
          frame,
        }));
        const { states, ...known } = await readStarts(store, starts, history);
        const size = states.length / count;
        const trajectories = starts.map((_, row) => {
          const frames = new Float32Array((steps + 1) * size);
          frames.set(states.subarray(row * size, (row + 1) * size));
          return frames;
        });
        const forecast = model.begin(states, count, known);
        try {
          for (let step = 1; step <= steps; step++) {
            signal.throwIfAborted();
            const next = await forecast.step(foldIn(keyFor(seed, "prediction", first), step));
            trajectories.forEach((frames, row) => {
              frames.set(next.subarray(row * size, (row + 1) * size), step * size);
            });
            bar.update(done + step * count);
          }
        } finally {
          forecast.dispose();
        }
        for (const [row, frames] of trajectories.entries()) {
          await writer.write(first + row, frames);
        }
      }
      done += count * steps;
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

/**
 * The time between the frames to make: a step of the model, whose data may have recorded several frames in one. Where it
 * has to know several states they are frames of the store, which then have to be its steps.
 */
function intervalOf(
  { frameInterval }: StoreDescription,
  { clock, conditioning }: Manifest,
): number {
  const step = clock?.step ?? frameInterval;
  const frames = step / frameInterval;
  const isWhole = frames > 0.5 && Math.abs(frames / Math.round(frames) - 1) < 1e-6;
  return isWhole && conditioning.history === 1 ? step : frameInterval;
}
