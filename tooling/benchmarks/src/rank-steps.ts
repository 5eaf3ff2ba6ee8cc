import { flowMatching, l2 } from "@eddyflow/losses";
import { velocityNetwork } from "@eddyflow/models";
import { type Communicator, rowsOfRank } from "@eddyflow/parallel";
import { keyFor, normalTensor, numRows } from "@eddyflow/random";
import { adam, constant, type OptimizerState, stopwatch, trainStep } from "@eddyflow/training";
import { dispose } from "@tensorflow/tfjs-core";
import type { BenchmarkedNetwork } from "./networks.ts";

export interface RankStepsOptions {
  readonly network: BenchmarkedNetwork;
  /** Pairs of each rank. */
  readonly batch: number;
  /** Whether a step sums its gradient over the ranks; else it knows of none. */
  readonly isShared: boolean;
}

/** Seconds of one step of one rank. */
export interface RankStep {
  readonly seconds: number;
  /** Targets, forward and backward. */
  readonly computing: number;
  readonly reduction: number;
}

export interface RankSteps {
  /** Of the gradient. */
  readonly bytes: number;
  /** One step of flow matching, which all ranks begin together. */
  step(): Promise<RankStep>;
  dispose(): void;
}

/** Steps of flow matching on random pairs, by each rank of a communicator on rows of its own. */
export function rankSteps(
  communicator: Communicator,
  { network: { description, shape }, batch: each, isShared }: RankStepsOptions,
): RankSteps {
  const network = velocityNetwork(description);
  const batchSize = each * communicator.size;
  const rows = rowsOfRank(communicator, batchSize);
  const count = rows === undefined ? batchSize : numRows(rows);
  const field = (purpose: string, channels: number) =>
    normalTensor(keyFor(0, purpose, 0), [count, ...shape, channels], rows);
  const batch = {
    previous: field("previous", description.conditionChannels),
    next: field("next", description.stateChannels),
  };
  const optimizer = adam({ learningRate: constant(1e-4), clipNorm: 1 });
  const objective = flowMatching(network, { norm: l2() });
  const student = network.init(keyFor(0, "weights", 0));
  const bytes = 4 * Object.values(student).reduce((sum, { size }) => sum + size, 0);
  let sets: Parameters<typeof trainStep>[2]["sets"] = { student };
  let state: OptimizerState = optimizer.init(student);
  let number = 0;
  const clock = stopwatch(["targets", "gradient", "reduction", "optimizer", "average"], "rest");
  return {
    bytes,
    async step() {
      await communicator.barrier();
      clock.lap();
      const begun = performance.now();
      const result = await trainStep(objective, optimizer, {
        ...{ sets, state, batch, step: number, key: keyFor(0, "step", number), timer: clock },
        ...(isShared && { shared: { communicator, batchSize } }),
      });
      ({ sets, state } = result);
      number += 1;
      await result.loss.data();
      const seconds = (performance.now() - begun) / 1000;
      dispose([result.loss, result.norm, result.skipped]);
      const { targets, gradient, reduction } = clock.lap();
      return { seconds, computing: targets + gradient, reduction };
    },
    dispose: () => dispose([batch, sets, state]),
  };
}
