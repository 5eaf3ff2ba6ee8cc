import type { Objective, ParamSets, Params } from "@eddyflow/core";
import { key, keyFor, normalTensor } from "@eddyflow/random";
import { adam, cosine, movingAverage, trainStep } from "@eddyflow/training";
import { add, dispose, mean, mul, square, sub, type Tensor, tidy } from "@tensorflow/tfjs-core";
import { m, pointsOf, s } from "./gaussian-flow.ts";
import type { Finding } from "./method-check.ts";

export interface TrainedErrorOptions {
  readonly objective: Objective<Readonly<Record<string, Tensor>>>;
  readonly init: Params;
  /** From noise `[batch, 1]` to data, by the weights. */
  readonly sample: (params: Params, noise: Tensor) => Tensor;
  readonly steps?: number;
  readonly learningRate?: number;
}

/**
 * Trains a network on Gaussian data and compares where its average takes 4,096 noises with the exact map m + s·x₀: the
 * root mean square difference over the deviation s of the end points. Within 2 % is right. Consumes `init`.
 */
export async function trainedError({
  objective,
  init,
  sample,
  steps = 3000,
  learningRate = 5e-3,
}: TrainedErrorOptions): Promise<Finding> {
  const optimizer = adam({
    learningRate: cosine({ max: learningRate, min: 0, steps }),
    clipNorm: 1,
  });
  const average = movingAverage({ decay: 0.99 });
  let sets: ParamSets = {
    student: init,
    "student.average": average.init(init),
    teacher: {},
    velocity: {},
  };
  let state = optimizer.init(init);
  for (let step = 0; step < steps; step++) {
    const batch = pointsOf(step, 512);
    const result = await trainStep(objective, optimizer, {
      sets,
      state,
      batch,
      key: keyFor(29, "draws", step),
      step,
      average,
    });
    ({ sets, state } = result);
    const { loss, terms, norm, skipped } = result;
    dispose([batch.next, loss, norm, skipped, ...Object.values(terms)]);
  }
  const error = tidy(() => {
    const noise = normalTensor(key(31), [4096, 1]);
    const end = sample(sets["student.average"] as Params, noise);
    return mean(square(sub(end, add(m, mul(s, noise)))));
  });
  const value = Math.sqrt((await error.data())[0] as number) / s;
  dispose([error, sets, state] as never);
  return { value, bound: 0.02 };
}
