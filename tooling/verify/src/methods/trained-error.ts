import type { Params } from "@eddyflow/core";
import { key, normalTensor } from "@eddyflow/random";
import { add, dispose, mean, mul, square, sub, type Tensor, tidy } from "@tensorflow/tfjs-core";
import { m, s } from "./gaussian-flow.ts";
import type { Finding } from "./method-check.ts";
import { type TrainedAverageOptions, trainedAverage } from "./trained-average.ts";

export interface TrainedErrorOptions extends Omit<TrainedAverageOptions, "batchOf"> {
  /** From noise `[batch, 1]` to data, by the weights. */
  readonly sample: (params: Params, noise: Tensor) => Tensor;
  /**
   * What is compared, in units of the deviation s: where each noise goes, as the root mean square distance from the exact
   * map m + s·x₀, or only mean and deviation of where they go, as the larger distance from m and s. "map" unless given.
   */
  readonly compare?: "map" | "moments";
  /** The largest error that is right; 2 % unless given. */
  readonly bound?: number;
}

/**
 * Trains a network on Gaussian data and compares where its average takes 4,096 noises with what is exact. Consumes `init`.
 */
export async function trainedError({
  sample,
  compare = "map",
  bound = 0.02,
  ...training
}: TrainedErrorOptions): Promise<Finding> {
  const params = await trainedAverage(training);
  const errors = tidy(() => {
    const noise = normalTensor(key(31), [4096, 1]);
    const end = sample(params, noise);
    if (compare === "map") return [mean(square(sub(end, add(m, mul(s, noise)))))];
    const center = mean(end);
    return [square(sub(center, m)), mean(square(sub(end, center)))];
  });
  const [first = 0, variance] = await Promise.all(
    errors.map(async (each) => (await each.data())[0] as number),
  );
  dispose([errors, params] as never);
  const distance = Math.sqrt(first) / s;
  const spread = variance === undefined ? 0 : Math.abs(Math.sqrt(variance) / s - 1);
  return { value: Math.max(distance, spread), bound };
}
