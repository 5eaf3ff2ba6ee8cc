import type { Objective, ParamSets, Params } from "@eddyflow/core";
import { keyFor } from "@eddyflow/random";
import { adam, cosine, movingAverage, type OptimizerState, trainStep } from "@eddyflow/training";
import { dispose, type Tensor } from "@tensorflow/tfjs-core";
import type { BatchOf } from "./at-solution.ts";
import { pointsOf } from "./gaussian-flow.ts";

type AnyObjective = Objective<Readonly<Record<string, Tensor>>>;

export interface TrainedAverageOptions {
  readonly objective: AnyObjective;
  readonly init: Params;
  /** Trained in turn with the objective, after it; its weights are consumed too. */
  readonly opponent?: { readonly objective: AnyObjective; readonly init: Params };
  readonly steps?: number;
  /** Ends it after fewer steps. */
  readonly most?: number | undefined;
  readonly learningRate?: number;
  /** Points of Gaussian data without a condition, unless given. */
  readonly batchOf?: BatchOf;
}

/** Trains a network on batches of 512 and gives the average of its weights, the caller's. Consumes `init`. */
export async function trainedAverage({
  objective,
  init,
  opponent,
  steps = 3000,
  most = steps,
  learningRate = 5e-3,
  batchOf = pointsOf,
}: TrainedAverageOptions): Promise<Params> {
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
  for (let step = 0; step < Math.min(steps, most); step++) {
    const batch = batchOf(step, 512);
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
      dispose([loss, norm, skipped, terms] as never);
    }
    dispose(batch as never);
  }
  const { "student.average": trained, ...others } = sets;
  dispose([others, turns.map(({ state }) => state)] as never);
  return trained as Params;
}
