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
  /** The largest error that is right; 2 % unless given. */
  readonly bound?: number;
}

/**
 * Trains a network on Gaussian data and compares where its average takes 4,096 noises with the exact map m + s·x₀: the
 * root mean square difference over the deviation s of the end points. Consumes `init`.
 */
export async function trainedError({
  objective,
  init,
  opponent,
  sample,
  steps = 3000,
  learningRate = 5e-3,
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
  const turns = [
    { objective, state: optimizer.init(init), more: { average } },
    ...(opponent
      ? [{ objective: opponent.objective, state: optimizer.init(opponent.init), more: {} }]
      : []),
  ] as { readonly objective: AnyObjective; state: OptimizerState; readonly more: object }[];
  for (let step = 0; step < steps; step++) {
    const batch = pointsOf(step, 512);
    for (const [i, turn] of turns.entries()) {
      const { loss, terms, norm, skipped, ...result } = await trainStep(turn.objective, optimizer, {
        sets,
        state: turn.state,
        batch,
        key: keyFor(29, i === 0 ? "draws" : `draws/${turn.objective.trains}`, step),
        step,
        ...turn.more,
      });
      ({ sets, state: turn.state } = result);
      dispose([loss, norm, skipped, ...Object.values(terms)]);
    }
    batch.next.dispose();
  }
  const error = tidy(() => {
    const noise = normalTensor(key(31), [4096, 1]);
    const end = sample(sets["student.average"] as Params, noise);
    return mean(square(sub(end, add(m, mul(s, noise)))));
  });
  const value = Math.sqrt((await error.data())[0] as number) / s;
  dispose([error, sets, turns.map(({ state }) => state)] as never);
  return { value, bound };
}
