import type { Batch, Objective, ParamSets, Params } from "@eddyflow/core";
import { l2 } from "@eddyflow/losses";
import { type VelocityNetwork, velocityField } from "@eddyflow/models";
import { keyFor, normalTensor, uniformTensor } from "@eddyflow/random";
import { integrate, uniformTimes } from "@eddyflow/samplers";
import { adam, constant, type OptimizerState, trainStep } from "@eddyflow/training";
import {
  clone,
  dispose,
  fill,
  sub,
  type Tensor,
  type Tensor1D,
  tidy,
  zeros,
} from "@tensorflow/tfjs-core";
import type { BenchmarkedNetwork } from "../networks.ts";
import type { Work } from "../protocol.ts";
import type { Prepared } from "./prepared.ts";
import { agree } from "./reference-file.ts";

type WorkOf<Kind extends Work["kind"]> = Extract<Work, { readonly kind: Kind }>;

type Fields = {
  readonly x: Tensor;
  readonly y: Tensor;
  readonly t: Tensor1D;
  readonly target: Tensor;
};

function fieldsOf({ description, shape }: BenchmarkedNetwork, batch: number): Fields {
  const field = (purpose: string, channels: number) =>
    normalTensor(keyFor(0, purpose, 0), [batch, ...shape, channels]);
  return {
    x: field("x", description.stateChannels),
    y: field("y", description.conditionChannels),
    t: uniformTensor(keyFor(0, "t", 0), [batch]) as Tensor1D,
    target: field("target", description.stateChannels),
  };
}

/** ‖v(x, y, t) − target‖², the mean square, at the same x in each step. */
function meanSquareOf(network: VelocityNetwork, x: Tensor): Objective<Fields> {
  const norm = l2();
  return {
    trains: "student",
    targets: (_, { previous, next }) => ({
      x: clone(x),
      y: previous as Tensor,
      target: next,
      t: fill([next.shape[0] as number], 0.5) as Tensor1D,
    }),
    loss: ({ student = {} }, { x, y, t, target }) =>
      tidy(() => ({ loss: norm(sub(network.apply(student, x, y, t), target), t) })),
  };
}

export async function prepareNetwork(
  { mode, network: { description, shape }, batch, learningRate }: WorkOf<"network">,
  file: string,
  network: VelocityNetwork,
): Promise<Prepared> {
  const params = network.init(keyFor(0, "weights", 0));
  const { x, y, t, target } = fieldsOf({ description, shape }, batch);
  const forward = () => network.apply(params, x, y, t);
  const output = forward();
  const difference = await agree(file, params, { x, y, t, target, output });
  output.dispose();
  if (mode === "forward") {
    return {
      difference,
      run: async () => {
        const field = forward();
        await field.data();
        field.dispose();
      },
    };
  }

  const optimizer = adam({ learningRate: constant(learningRate) });
  const objective = meanSquareOf(network, x);
  const given: Batch = { previous: y, next: target };
  let sets: ParamSets = { student: params };
  let state: OptimizerState = optimizer.init(params);
  let step = 0;
  return {
    difference,
    run: async () => {
      const result = await trainStep(objective, optimizer, {
        sets,
        state,
        batch: given,
        key: keyFor(0, "step", step),
        step,
      });
      step++;
      ({ sets, state } = result);
      await result.loss.data();
      dispose([result.loss, result.norm, result.skipped]);
    },
  };
}

export async function prepareSampling(
  { network: { description, shape }, batch, steps, tableau }: WorkOf<"sampling">,
  file: string,
  network: VelocityNetwork,
): Promise<Prepared> {
  const params = network.init(keyFor(0, "weights", 0));
  const { x, y, t, target } = fieldsOf({ description, shape }, batch);
  const field = velocityField(network, params);
  const sample = () => integrate(field, x, y, { tableau, times: uniformTimes(steps) });
  const output = sample();
  const difference = await agree(file, params, { x, y, output });
  dispose([output, t, target]);
  return {
    difference,
    run: async () => {
      const end = sample();
      await end.data();
      end.dispose();
    },
  };
}

export async function prepareOptimizer(
  { learningRate }: WorkOf<"optimizer">,
  file: string,
  network: VelocityNetwork,
): Promise<Prepared> {
  const optimizer = adam({ learningRate: constant(learningRate) });
  let params: Params = network.init(keyFor(0, "weights", 0));
  const output = zeros([1]);
  await agree(file, params, { output });
  output.dispose();
  let state = optimizer.init(params);
  const gradients = Object.entries(params).map(
    ([name, p]) => [name, fill(p.shape, 1e-3) as Tensor] as const,
  );
  let step = 0;
  return {
    difference: null,
    run: async () => {
      // An update consumes its gradients: clones share their memory.
      const given = Object.fromEntries(gradients.map(([name, g]) => [name, clone(g)] as const));
      const updated = optimizer.update(params, given, state, step++);
      ({ params, state } = updated);
      await updated.norm.data();
      dispose([updated.norm, updated.skipped]);
    },
  };
}
