import { writeFile } from "node:fs/promises";
import { useBackend } from "@eddyflow/backend";
import type { Batch, ParamSets } from "@eddyflow/core";
import { flowMatching, l2 } from "@eddyflow/losses";
import { velocityNetwork } from "@eddyflow/models";
import { keyFor, normalTensor } from "@eddyflow/random";
import { adam, constant, movingAverage, trainStep } from "@eddyflow/training";
import { dispose } from "@tensorflow/tfjs-core";
import { type CommandSpec, helpText, parseFlags, runCommand, userPath } from "command-line";
import { networks } from "./networks.ts";

const commandSpec = {
  name: "webgpu-host",
  about: "counts WebGPU's commands in a training step, and times what they take on the processor.",
  usage: ["node tooling/benchmarks/src/webgpu-host.ts [options]"],
  flags: {
    steps: { type: "integer", value: "N", min: 1, about: "timed steps; 40 if not given" },
    batch: { type: "integer", value: "N", min: 1, about: "samples per step; 1 if not given" },
    json: { type: "string", value: "FILE", about: "write the figures there too" },
  },
  notes: [
    "A step is the trainer's on the ns2d network: flow matching, Adam with clipping, moving average. The device is Dawn's null device: it takes commands and computes nothing, so the time is that of everything but the graphics card. kernels: compute dispatches of one step. host: the shortest of the steps until its loss is read, and their median, after 5 unmeasured ones.",
  ],
} as const satisfies CommandSpec;

const numWarmUps = 5;

/** Counts compute dispatches from here on. */
function countDispatches(): { count: number } {
  const counter = { count: 0 };
  const { GPUComputePassEncoder } = globalThis as unknown as {
    GPUComputePassEncoder: { prototype: { dispatchWorkgroups: (...args: number[]) => void } };
  };
  const { prototype } = GPUComputePassEncoder;
  const { dispatchWorkgroups } = prototype;
  prototype.dispatchWorkgroups = function (...args) {
    counter.count++;
    dispatchWorkgroups.apply(this, args);
  };
  return counter;
}

async function measure(steps: number, batchSize: number) {
  process.env["EDDYFLOW_WEBGPU_ADAPTER"] = "null";
  await useBackend("webgpu");
  const dispatches = countDispatches();
  const { description, shape } = networks.ns2d;
  const network = velocityNetwork(description);
  const params = network.init(keyFor(0, "weights", 0));
  const optimizer = adam({ learningRate: constant(1e-4), clipNorm: 1 });
  const average = movingAverage({ decay: 0.999 });
  const objective = flowMatching(network, { norm: l2() });
  const field = (purpose: string) =>
    normalTensor(keyFor(0, purpose, 0), [batchSize, ...shape, description.stateChannels]);
  const batch: Batch = { previous: field("previous"), next: field("next") };
  let sets: ParamSets = { student: params, "student.average": average.init(params) };
  let state = optimizer.init(params);
  const seconds: number[] = [];
  const counts: number[] = [];
  for (let step = 0; step < numWarmUps + steps; step++) {
    dispatches.count = 0;
    const start = performance.now();
    const result = await trainStep(objective, optimizer, {
      sets,
      state,
      batch,
      key: keyFor(0, "step", step),
      step,
      average,
    });
    ({ sets, state } = result);
    await result.loss.data();
    if (step >= numWarmUps) {
      seconds.push((performance.now() - start) / 1000);
      counts.push(dispatches.count);
    }
    dispose([result.loss, result.norm, result.skipped]);
  }
  seconds.sort((a, b) => a - b);
  return {
    batch: batchSize,
    kernels: Math.max(...counts),
    hostMinimum: seconds[0] as number,
    hostMedian: seconds[seconds.length >> 1] as number,
  };
}

await runCommand("webgpu-host", async ({ argv }) => {
  const { flags, help } = parseFlags(argv, commandSpec);
  if (help) {
    process.stdout.write(helpText(commandSpec));
    return;
  }
  const figures = await measure(flags.steps ?? 40, flags.batch ?? 1);
  const ms = (seconds: number) => (1000 * seconds).toFixed(1);
  console.log(`kernels per step     ${figures.kernels}`);
  console.log(
    `host time per step   ${ms(figures.hostMinimum)} ms (median ${ms(figures.hostMedian)} ms)`,
  );
  if (flags.json !== undefined) {
    await writeFile(userPath(flags.json), `${JSON.stringify(figures, null, 2)}\n`);
  }
});
