import { createHash } from "node:crypto";
import {
  encodeSafetensors,
  fileOfSet,
  type Manifest,
  paramsToArrays,
  verifiedSource,
} from "@eddyflow/checkpointing";
import { velocityNetwork } from "@eddyflow/models";
import { keyFor, normalTensor, uniformTensor } from "@eddyflow/random";
import { equalSteps, rollout } from "@eddyflow/samplers";
import { loadSurrogate, type Surrogate } from "@eddyflow/surrogate";
import { dispose, memory, type Tensor1D } from "@tensorflow/tfjs-core";
import type { BenchmarkedNetwork } from "../networks.ts";
import type { Work } from "../protocol.ts";
import type { Prepared } from "./prepared.ts";

type RolloutWork = Extract<Work, { readonly kind: "rollout" }>;

/** A network of random weights as a checkpoint in memory, loaded as the evaluator loads one. */
async function surrogateOf(
  { description, shape }: BenchmarkedNetwork,
  { tableau, steps }: RolloutWork,
): Promise<Surrogate> {
  const params = velocityNetwork(description).init(keyFor(0, "weights", 0));
  const weights = encodeSafetensors(await paramsToArrays(params));
  dispose(params);
  const channels = Array.from({ length: description.stateChannels }, (_, i) => `u${i}`);
  const ones = channels.map(() => 1);
  const file = fileOfSet("student");
  const manifest: Manifest = {
    format: "eddyflow-checkpoint",
    version: 2,
    experiment: "benchmark",
    method: "velocity",
    step: 1,
    networks: { student: description },
    sampler: equalSteps(tableau, steps),
    conditioning: { history: 1, parameters: { channels: [], mean: [], std: [] } },
    clock: null,
    normalisation: { channels, mean: channels.map(() => 0), std: ones },
    grid: { shape, extent: shape.map(() => 1), boundary: shape.map(() => "periodic" as const) },
    channels,
    teacher: null,
    files: {
      [file]: {
        bytes: weights.length,
        sha256: createHash("sha256").update(weights).digest("hex"),
      },
    },
    config: {},
  };
  const files: Readonly<Record<string, Uint8Array>> = {
    [file]: weights,
    "manifest.json": new TextEncoder().encode(JSON.stringify(manifest)),
  };
  return loadSurrogate(verifiedSource(async (name) => files[name] as Uint8Array));
}

/** Allocators and the garbage collector have their working size by then. */
const settlingSteps = 16;

/**
 * Steps of one endless rollout. After each the bare network is evaluated as often as the step needs it, outside
 * its time: what that takes is the step's time in the network.
 */
export async function prepareRollout(work: RolloutWork): Promise<Prepared> {
  const { description, shape } = work.network;
  const surrogate = await surrogateOf(work.network, work);
  const network = velocityNetwork(description);
  const params = network.init(keyFor(0, "weights", 0));
  const fieldShape = [1, ...shape, description.stateChannels];
  const x = normalTensor(keyFor(0, "x", 0), fieldShape);
  const t = uniformTensor(keyFor(0, "t", 0), [1]) as Tensor1D;
  const initial = normalTensor(keyFor(0, "initial", 0), fieldShape);
  const states = rollout(surrogate.next, initial, {
    steps: Number.POSITIVE_INFINITY,
    key: keyFor(0, "rollout", 0),
  });

  let stepMs = 0;
  let networkMs = 0;
  let steps = 0;
  const settled = { tensors: 0, bytes: 0 };
  let mostTensors = 0;
  return {
    difference: null,
    async run() {
      const start = performance.now();
      const { value: state } = await states.next();
      if (!state) throw new Error("an endless rollout has ended");
      await state.data();
      state.dispose();
      steps++;
      if (steps <= settlingSteps) {
        settled.tensors = memory().numTensors;
        settled.bytes = process.memoryUsage.rss();
        return;
      }
      stepMs += performance.now() - start;
      mostTensors = Math.max(mostTensors, memory().numTensors);
    },
    async between() {
      const start = performance.now();
      for (let i = 0; i < surrogate.nfe; i++) {
        const velocity = network.apply(params, x, x, t);
        await velocity.data();
        velocity.dispose();
      }
      if (steps > settlingSteps) networkMs += performance.now() - start;
    },
    figures: () => ({
      [`steps after the first ${settlingSteps}`]: steps - settlingSteps,
      "share of the time in the network, %": (100 * networkMs) / stepMs,
      "tensors more than after the first": mostTensors - settled.tensors,
      "resident memory more than after the first, MiB":
        (process.memoryUsage.rss() - settled.bytes) / 2 ** 20,
    }),
  };
}
