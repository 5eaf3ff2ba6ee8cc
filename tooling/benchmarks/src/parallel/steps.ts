import { useBackend } from "@eddyflow/backend";
import { flowMatching, l2 } from "@eddyflow/losses";
import { velocityNetwork } from "@eddyflow/models";
import { rowsOfRank } from "@eddyflow/parallel";
import { connect } from "@eddyflow/parallel/node";
import { keyFor, normalTensor, numRows } from "@eddyflow/random";
import { adam, constant, type OptimizerState, stopwatch, trainStep } from "@eddyflow/training";
import { dispose } from "@tensorflow/tfjs-core";
import { networks } from "../networks.ts";

/**
 * Steps of flow matching with the network of ns2d, each rank with a batch of its own size: `steps.ts STEPS ROWS PATH`, of
 * which PATH is "shared", or "plain" for a step that knows of no ranks. Rank 0 says the milliseconds of each step, and
 * of its reduction.
 */
const [steps = "1", rows = "1", path = "shared"] = process.argv.slice(2);
const communicator = await connect();
await useBackend("auto", { threads: 1 });
const { description, shape } = networks.ns2d;
const network = velocityNetwork(description);
const batchSize = Number(rows) * communicator.size;
const own = rowsOfRank(communicator, batchSize);
const count = own === undefined ? batchSize : numRows(own);
const field = (purpose: string, channels: number) =>
  normalTensor(keyFor(0, purpose, 0), [count, ...shape, channels], own);
const batch = {
  previous: field("previous", description.conditionChannels),
  next: field("next", description.stateChannels),
};
const optimizer = adam({ learningRate: constant(1e-4), clipNorm: 1 });
const objective = flowMatching(network, { norm: l2() });
const student = network.init(keyFor(0, "weights", 0));
let sets: Parameters<typeof trainStep>[2]["sets"] = { student };
let state: OptimizerState = optimizer.init(student);
const clock = stopwatch(["targets", "gradient", "reduction", "optimizer", "average"], "rest");
for (let step = 0; step < Number(steps); step++) {
  await communicator.barrier();
  clock.lap();
  const begun = performance.now();
  const result = await trainStep(objective, optimizer, {
    ...{ sets, state, batch, step, key: keyFor(0, "step", step), timer: clock },
    ...(path === "shared" && { shared: { communicator, batchSize } }),
  });
  ({ sets, state } = result);
  await result.loss.data();
  const milliseconds = performance.now() - begun;
  dispose([result.loss, result.norm, result.skipped]);
  const { reduction } = clock.lap();
  if (communicator.rank === 0) console.log(milliseconds.toFixed(3), (1000 * reduction).toFixed(3));
}
await communicator.close();
