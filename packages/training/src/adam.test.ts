import type { Params } from "@eddyflow/core";
import { dispose, memory, tensor1d } from "@tensorflow/tfjs-core";
import { expect, test } from "vitest";
import { adam } from "./adam.ts";
import { cosine } from "./schedule.ts";

const curvature = [1, 10, 0.1, 3];
const minimum = [0.5, -1, 2, 0];
const learningRate = cosine({ max: 0.1, min: 0.01, steps: 30 });

/** Algorithm 1 of Kingma & Ba in double precision, on ½ Σ aᵢ(pᵢ − bᵢ)², gradients clipped by norm. */
function adamInDouble(steps: number, clipNorm: number): number[] {
  const p = [0, 0, 0, 0];
  const m = [0, 0, 0, 0];
  const v = [0, 0, 0, 0];
  for (let step = 0; step < steps; step++) {
    const g = p.map((pi, i) => (curvature[i] as number) * (pi - (minimum[i] as number)));
    const scale = Math.min(1, clipNorm / Math.hypot(...g));
    for (let i = 0; i < p.length; i++) {
      const gi = (g[i] as number) * scale;
      m[i] = 0.9 * (m[i] as number) + 0.1 * gi;
      v[i] = 0.99 * (v[i] as number) + 0.01 * gi * gi;
      const unbiased = (m[i] as number) / (1 - 0.9 ** (step + 1));
      const size = Math.sqrt((v[i] as number) / (1 - 0.99 ** (step + 1)));
      p[i] = (p[i] as number) - (learningRate(step) * unbiased) / (size + 1e-8);
    }
  }
  return p;
}

async function gradientsAt(params: Params): Promise<Params> {
  const entries = Object.entries(params).map(async ([name, p], half) => {
    const gradient = Array.from(await p.data(), (pi, i) => {
      const at = 2 * half + i;
      return (curvature[at] as number) * (pi - (minimum[at] as number));
    });
    return [name, tensor1d(gradient)] as const;
  });
  return Object.fromEntries(await Promise.all(entries));
}

test.each([0.5, Number.POSITIVE_INFINITY])(
  "Adam follows its formulas on a quadratic, clipped at %d",
  async (clipNorm) => {
    const before = memory().numTensors;
    const optimizer = adam({ learningRate, beta2: 0.99, clipNorm });
    let params: Params = { "a.weight": tensor1d([0, 0]), "a.bias": tensor1d([0, 0]) };
    let state = optimizer.init(params);
    for (let step = 0; step < 40; step++) {
      const update = optimizer.update(params, await gradientsAt(params), state, step);
      ({ params, state } = update);
      dispose([update.norm, update.skipped]);
    }
    const found = await Promise.all(Object.values(params).map((p) => p.data()));
    expect(found.flatMap((data) => [...data])).toBeAllclose(adamInDouble(40, clipNorm), {
      atol: 5e-6,
    });
    dispose([params, state.first, state.second] as never);
    expect(memory().numTensors).toBe(before);
  },
);

test("gradients that are not finite change nothing and are flagged", async () => {
  const optimizer = adam({ learningRate });
  const params = { p: tensor1d([1, 2]) };
  const update = optimizer.update(
    params,
    { p: tensor1d([1, Number.NaN]) },
    optimizer.init(params),
    0,
  );
  expect(await update.params["p"]?.data()).toEqual(Float32Array.of(1, 2));
  expect(await update.state.second["p"]?.data()).toEqual(Float32Array.of(0, 0));
  expect((await update.skipped.data())[0]).toBe(1);
  const { first, second } = update.state;
  dispose([update.params, first, second, { a: update.norm, b: update.skipped }] as never);
});
