import { join } from "node:path";
import { openTrajectoryStore, trainingBatches } from "@eddyflow/datasets";
import { flowMatching, l2 } from "@eddyflow/losses";
import type { VelocityNetwork } from "@eddyflow/models";
import { keyFor } from "@eddyflow/random";
import {
  adam,
  allLoggers,
  cosine,
  movingAverage,
  outsideShare,
  stopwatch,
  train,
  trainParts,
} from "@eddyflow/training";
import { jsonLinesLogger, tensorBoardLogger } from "@eddyflow/training/node";
import type { Work } from "../protocol.ts";
import type { Prepared } from "./prepared.ts";

type LoopWork = Extract<Work, { readonly kind: "loop" }>;

/** Buffers of all kinds have been made by then. */
const settlingSteps = 2;

/** The trainer's loop from data to log, without validations and checkpoints, which come every so many steps. */
export async function prepareLoop(
  { folder, batch, mean, std }: LoopWork,
  network: VelocityNetwork,
): Promise<Prepared> {
  const store = await openTrajectoryStore(join(folder, "store.zarr"));
  const { channels, frames } = store.description;
  // Data that fit into memory are decoded once, in the first epoch: what is counted is a step of a later one.
  for (let index = 0; index < store.trajectories; index++) {
    for (let frame = 0; frame < frames; frame++) await store.readFrames(index, frame, 1);
  }
  const steps = 1_000_000;
  const learningRate = cosine({ max: 1e-4, min: 1e-6, steps });
  const optimizer = adam({ learningRate, clipNorm: 1 });
  const average = movingAverage({ decay: 0.999 });
  const student = network.init(keyFor(0, "weights", 0));
  const clock = stopwatch([...trainParts, "logging"], "rest");
  const logger = allLoggers([
    jsonLinesLogger(join(folder, "metrics.jsonl")),
    tensorBoardLogger(folder),
  ]);
  const trained = train(flowMatching(network, { norm: l2() }), optimizer, {
    sets: { student, "student.average": average.init(student) },
    state: optimizer.init(student),
    batches: trainingBatches(store, {
      batchSize: batch,
      seed: 0,
      normalisation: { channels, mean, std },
    }),
    key: (step) => keyFor(0, "velocity", step),
    steps,
    average,
    timer: clock,
  });

  let done = 0;
  let counted = 0;
  const sums: Record<string, number> = {};
  return {
    difference: null,
    async run() {
      // What was between the runs belongs to no step.
      clock.lap();
      const { value } = await trained.next();
      if (!value) throw new Error("an endless training has ended");
      done++;
      clock.measure("logging", () => {
        for (const { step, values } of value.logged) {
          logger.log(step, { ...values, learningRate: learningRate(step - 1) });
        }
      });
      const lap = clock.lap();
      if (done <= settlingSteps) return;
      counted++;
      for (const [part, seconds] of Object.entries(lap)) {
        sums[part] = (sums[part] ?? 0) + seconds;
      }
    },
    figures: () => ({
      "outside forward, backward and optimizer, %": 100 * outsideShare(sums),
      ...Object.fromEntries(
        Object.entries(sums).map(
          ([part, seconds]) => [`${part}, ms per step`, (1000 * seconds) / counted] as const,
        ),
      ),
    }),
  };
}
