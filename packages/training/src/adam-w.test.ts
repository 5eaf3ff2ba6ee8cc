import { isEddyflowError, type Params } from "@eddyflow/core";
import { dispose, memory, type Tensor, tensor } from "@tensorflow/tfjs-core";
import { expect, test } from "vitest";
import { adam } from "./adam.ts";
import { type AdamWOptions, adamW } from "./adam-w.ts";
import type { Optimizer } from "./optimizer.ts";
import { cosine } from "./schedule.ts";

const learningRate = cosine({ max: 0.1, min: 0.01, steps: 30 });
const names = ["weight", "bias"] as const;
const shapes = { weight: [2, 2], bias: [3] } as const;
const start = { weight: [1, -2, 0.5, 3], bias: [0.3, -0.7, 2] };
/** The gradient of ½ Σ aᵢ(pᵢ − bᵢ)². */
const curvature = { weight: [1, 10, 0.1, 3], bias: [2, 0.5, 1] };
const minimum = { weight: [0.5, -1, 2, 0], bias: [1, 0, -1] };

/** Algorithm 2 of Loshchilov & Hutter in double precision; biases do not decay. */
function inDouble(steps: number, weightDecay: number, clipNorm: number): number[] {
  const state = names.map((name) => ({
    name,
    p: [...start[name]],
    m: start[name].map(() => 0),
    v: start[name].map(() => 0),
    decay: name === "weight" ? weightDecay : 0,
  }));
  for (let step = 0; step < steps; step++) {
    const gradients = state.map(({ name, p }) =>
      p.map((x, i) => (curvature[name][i] as number) * (x - (minimum[name][i] as number))),
    );
    const scale = Math.min(1, clipNorm / Math.hypot(...gradients.flat()));
    const rate = learningRate(step);
    state.forEach(({ p, m, v, decay }, k) => {
      p.forEach((x, i) => {
        const g = (gradients[k]?.[i] as number) * scale;
        m[i] = 0.9 * (m[i] as number) + 0.1 * g;
        v[i] = 0.999 * (v[i] as number) + 0.001 * g * g;
        const unbiased = (m[i] as number) / (1 - 0.9 ** (step + 1));
        const size = Math.sqrt((v[i] as number) / (1 - 0.999 ** (step + 1)));
        p[i] = x - rate * (unbiased / (size + 1e-8) + decay * x);
      });
    });
  }
  return state.flatMap(({ p }) => p);
}

const starting = (): Params =>
  Object.fromEntries(names.map((name) => [name, tensor(start[name], [...shapes[name]])]));

async function gradientsAt(params: Params): Promise<Params> {
  const entries = names.map(async (name) => {
    const values = Array.from(
      await (params[name] as Tensor).data(),
      (x, i) => (curvature[name][i] as number) * (x - (minimum[name][i] as number)),
    );
    return [name, tensor(values, [...shapes[name]])] as const;
  });
  return Object.fromEntries(await Promise.all(entries));
}

/** The parameters after some steps. */
async function trained(optimizer: Optimizer, steps: number): Promise<number[]> {
  const before = memory().numTensors;
  let params = starting();
  let state = optimizer.init(params);
  for (let step = 0; step < steps; step++) {
    const update = optimizer.update(params, await gradientsAt(params), state, step);
    ({ params, state } = update);
    dispose([update.norm, update.skipped]);
  }
  const values = await Promise.all(names.map((name) => (params[name] as Tensor).data()));
  dispose([params, state.first, state.second] as never);
  expect(memory().numTensors).toBe(before);
  return values.flatMap((data) => [...data]);
}

test.each([
  [0.1, Number.POSITIVE_INFINITY],
  [2, 0.5],
])("AdamW follows its formulas with λ = %d, clipped at %d", async (weightDecay, clipNorm) => {
  const found = await trained(adamW({ learningRate, clipNorm, weightDecay }), 40);
  expect(found).toBeAllclose(inDouble(40, weightDecay, clipNorm), { atol: 1e-5 });
});

test("biases go the way that they go without decay", async () => {
  const [decayed, plain] = [
    await trained(adamW({ learningRate, weightDecay: 1 }), 10),
    await trained(adam({ learningRate }), 10),
  ];
  expect(decayed.slice(4)).toEqual(plain.slice(4));
  expect(decayed.slice(0, 4)).not.toEqual(plain.slice(0, 4));
});

test("without decay it is Adam, bit for bit", async () => {
  expect(await trained(adamW({ learningRate, clipNorm: 1, weightDecay: 0 }), 20)).toEqual(
    await trained(adam({ learningRate, clipNorm: 1 }), 20),
  );
});

test("gradients that are not finite change nothing, not by decay either", async () => {
  const optimizer = adamW({ learningRate, weightDecay: 1 });
  const params = starting();
  const gradients = {
    weight: tensor([1, Number.NaN, 1, 1], [2, 2]),
    bias: tensor([1, 1, 1]),
  };
  const update = optimizer.update(params, gradients, optimizer.init(params), 0);
  for (const name of names) {
    expect(await update.params[name]?.data()).toEqual(Float32Array.from(start[name]));
  }
  expect((await update.skipped.data())[0]).toBe(1);
  const { first, second } = update.state;
  dispose([update.params, first, second, { a: update.norm, b: update.skipped }] as never);
});

test.each([-0.1, Number.NaN, Number.POSITIVE_INFINITY])(
  "a decay of %d is refused",
  (weightDecay) => {
    const options: AdamWOptions = { learningRate, weightDecay };
    try {
      adamW(options);
      expect.unreachable();
    } catch (error) {
      expect(isEddyflowError(error, "ArgumentError")).toBe(true);
    }
  },
);
