import type { Objective, ParamSets, Params } from "@eddyflow/core";
import { key, keyFor, normalTensor } from "@eddyflow/random";
import { adam, cosine, movingAverage, type OptimizerState, trainStep } from "@eddyflow/training";
import { add, dispose, mean, mul, square, sub, type Tensor, tidy } from "@tensorflow/tfjs-core";
import { m, pointsOf, s } from "./gaussian-flow.ts";
import type { Finding } from "./method-check.ts";

type AnyObjective = Objective<Readonly<Record<string, Tensor>>>;

export interface TrainedErrorOptions {
  readonly objective: AnyObjective;
  readonly init: Params;
  /** Trained in turn with the objective, after it; its weights are consumed too. */
  readonly opponent?: { readonly objective: AnyObjective; readonly init: Params };
  /** From noise `[batch, 1]` to data, by the weights. */
  readonly sample: (params: Params, noise: Tensor) => Tensor;
  readonly steps?: number;
  readonly learningRate?: number;
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
  objective,
  init,
  opponent,
  sample,
  steps = 3000,
  learningRate = 5e-3,
  compare = "map",
  bound = 0.02,
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
    ...(opponent && { [opponent.objective.trains]: opponent.init }),
  };
  const turns: { readonly objective: AnyObjective; state: OptimizerState }[] = [
    { objective, state: optimizer.init(init) },
    ...(opponent ? [{ objective: opponent.objective, state: optimizer.init(opponent.init) }] : []),
  ];
  for (let step = 0; step < steps; step++) {
    const batch = pointsOf(step, 512);
    for (const turn of turns) {
      const { trains } = turn.objective;
      const isFirst = turn.objective === objective;
      const { loss, terms, norm, skipped, ...result } = await trainStep(turn.objective, optimizer, {
        sets,
        state: turn.state,
        batch,
        key: keyFor(29, isFirst ? "draws" : `draws/${trains}`, step),
        step,
        ...(isFirst && { average }),
      });
      ({ sets, state: turn.state } = result);
      dispose([loss, norm, skipped, ...Object.values(terms)]);
    }
    batch.next.dispose();
  }
  const errors = tidy(() => {
    const noise = normalTensor(key(31), [4096, 1]);
    const end = sample(sets["student.average"] as Params, noise);
    if (compare === "map") return [mean(square(sub(end, add(m, mul(s, noise)))))];
    const center = mean(end);
    return [square(sub(center, m)), mean(square(sub(end, center)))];
  });
  const [first = 0, variance] = await Promise.all(
    errors.map(async (each) => (await each.data())[0] as number),
  );
  dispose([errors, sets, turns.map(({ state }) => state)] as never);
  const distance = Math.sqrt(first) / s;
  const spread = variance === undefined ? 0 : Math.abs(Math.sqrt(variance) / s - 1);
  return { value: Math.max(distance, spread), bound };
}
