import { type Batch, DataError, type Objective, type ParamSets, type Params } from "@eddyflow/core";
import { keyFor } from "@eddyflow/random";
import { adam, cosine, movingAverage, trainStep } from "@eddyflow/training";
import { dispose, type Tensor, tensor2d } from "@tensorflow/tfjs-core";
import { boardPoints } from "./board.ts";

/** Points in a batch. */
export const batchSize = 2048;
/** Steps between two looks at the loss. */
const between = 50;

export interface TrainOptions {
  readonly objective: Objective<Readonly<Record<string, Tensor>>>;
  /** Consumed. */
  readonly init: Params;
  /** Weights that stay as they are, by the names of their sets. */
  readonly frozen?: ParamSets;
  readonly iterations: number;
  readonly seed: number;
  /** Of the random draws. */
  readonly purpose: string;
  /** Makes what the steps learn from, a batch each that is disposed after it; points of the board unless given. */
  readonly batches?: () => Promise<(step: number) => Batch>;
  readonly onStep: () => void;
}

/**
 * Trains by Adam from a rate of 1e-3 along a cosine to 0, with a gradient of norm 1 at most. Gives the average of the
 * weights.
 *
 * @throws DataError where a loss is not finite.
 */
export async function train({
  objective,
  init,
  frozen = {},
  iterations,
  seed,
  purpose,
  batches = async () => (step) => ({
    previous: null,
    next: tensor2d(boardPoints(keyFor(seed, "board", step), batchSize), [batchSize, 2]),
  }),
  onStep,
}: TrainOptions): Promise<Params> {
  const batchOf = await batches();
  const optimizer = adam({
    learningRate: cosine({ max: 1e-3, min: 0, steps: iterations }),
    clipNorm: 1,
  });
  const average = movingAverage({ decay: 0.995 });
  let state = optimizer.init(init);
  let sets: ParamSets = { ...frozen, student: init, "student.average": average.init(init) };
  for (let step = 0; step < iterations; step++) {
    const batch = batchOf(step);
    const { loss, terms, norm, skipped, ...next } = await trainStep(objective, optimizer, {
      ...{ sets, state, batch, step, average },
      key: keyFor(seed, purpose, step),
    });
    ({ sets, state } = next);
    dispose(batch as never);
    if (step % between === 0 || step === iterations - 1) {
      const [value] = await loss.data();
      if (!Number.isFinite(value)) {
        throw new DataError({
          problem: `the loss of ${purpose} is ${value} at step ${step + 1}`,
          expected: "a finite loss",
          remedy: "try another --seed, or leave this method out with --only",
        });
      }
    }
    dispose([loss, norm, skipped, ...Object.values(terms)]);
    onStep();
  }
  const { student, "student.average": averaged } = sets;
  dispose([student, state] as never);
  return averaged as Params;
}
