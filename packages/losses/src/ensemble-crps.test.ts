import type { Batch, Network } from "@eddyflow/core";
import { key, keyFor, normalTensor } from "@eddyflow/random";
import {
  add,
  dispose,
  grads,
  memory,
  mul,
  scalar,
  sub,
  type Tensor,
  tidy,
} from "@tensorflow/tfjs-core";
import { expect, test } from "vitest";
import { ensembleCrps } from "./ensemble-crps.ts";
import { type EnsembleScoreOptions, ensembleScore } from "./ensemble-score.ts";

// The next state is y + m + σn with standard normal n, in each value apart.
const [m, sigma] = [0.7, 0.5];
const count = 128;
const batchOf = (step: number): Batch => {
  const previous = normalTensor(keyFor(1, "y", step), [count, 8, 8, 1]);
  const next = tidy(() =>
    add(add(previous, m), mul(normalTensor(keyFor(1, "n", step), previous.shape), sigma)),
  );
  return { previous, next };
};

/** G(z, y) = y + μ + sz. */
const gaussian: Network<[z: Tensor, y: Tensor | null]> = {
  init: () => ({ mu: scalar(m), s: scalar(sigma) }),
  apply: ({ mu, s }, z, y) => add(add(y as Tensor, mu as Tensor), mul(z, s as Tensor)),
};

/** The spread of Gaussian members that an almost fair score asks for, by the derivative of its expectation. */
const bestSpread = (members: number, alpha: number): number => {
  const shrunk = 1 - (1 - alpha) / members;
  return (shrunk * sigma) / Math.sqrt(2 - shrunk ** 2);
};

/** The loss and its slopes in μ and s, at these. */
async function at(options: EnsembleScoreOptions, mu: number, s: number, batch: Batch, step = 0) {
  const objective = ensembleCrps(gaussian, options);
  const targets = await objective.targets({}, batch, { key: keyFor(5, "z", step), step });
  const params = [scalar(mu), scalar(s)];
  const lossOf = (mu: Tensor, s: Tensor) => objective.loss({ student: { mu, s } }, targets);
  const values = tidy(() => {
    const slopes = grads((mu: Tensor, s: Tensor) => lossOf(mu, s).loss)(params);
    return [lossOf(params[0] as Tensor, params[1] as Tensor).loss, ...slopes];
  });
  const numbers = await Promise.all(values.map(async (each) => (await each.data())[0] as number));
  dispose([...values, ...params, ...Object.values(targets)]);
  return numbers as [loss: number, ofMu: number, ofS: number];
}

// 8,192 values, each slope of one of them of a deviation below 1: four standard errors.
const atol = 4 / Math.sqrt(count * 64);

test.each([
  [{ members: 2, alpha: 1 }],
  [{ members: 2 }],
  [{ members: 8 }],
  [{ members: 2, alpha: 0 }],
  [{ members: 2, alpha: 1, spectralWeight: 1 }],
] as const)("with %j the expected gradient vanishes at its closed form alone", async (options) => {
  const tensors = memory().numTensors;
  const batch = batchOf(0);
  const {
    members,
    alpha = 0.95,
    spectralWeight = 0,
  } = {
    alpha: undefined,
    spectralWeight: undefined,
    ...options,
  };
  const s = bestSpread(members, alpha);
  const shrunk = 1 - (1 - alpha) / members;
  const [loss, ofMu, ofS] = await at(options, m, s, batch);
  const least =
    Math.sqrt((2 * (s ** 2 + sigma ** 2)) / Math.PI) - (shrunk * s) / Math.sqrt(Math.PI);
  // White noise has white coefficients: the spectral score is as large as that of the points.
  expect(loss).toBeAllclose((1 + spectralWeight) * least, { atol });
  expect(ofMu).toBeAllclose(0, { atol });
  expect(ofS).toBeAllclose(0, { atol });
  expect(Math.abs((await at(options, m, 0.5 * s, batch))[2])).toBeGreaterThan(2 * atol);
  expect(Math.abs((await at(options, m + 0.3, s, batch))[1])).toBeGreaterThan(2 * atol);
  dispose([batch.previous as Tensor, batch.next]);
  expect(memory().numTensors).toBe(tensors);
});

test("gradient descent ends at the exact law of the next state", async () => {
  let [mu, s] = [0, 0.05];
  const last: (readonly [mu: number, s: number])[] = [];
  for (let step = 0; step < 40; step++) {
    const batch = batchOf(step);
    const [, ofMu, ofS] = await at({ members: 2, alpha: 1 }, mu, s, batch, step);
    [mu, s] = [mu - 0.6 * ofMu, s - 0.6 * ofS];
    if (step >= 20) last.push([mu, s]);
    dispose([batch.previous as Tensor, batch.next]);
  }
  const mean = (of: 0 | 1) => last.reduce((sum, each) => sum + each[of] / last.length, 0);
  expect(mean(0)).toBeAllclose(m, { rtol: 0.02 });
  expect(mean(1)).toBeAllclose(sigma, { rtol: 0.02 });
});

test("the spectrum tells members whose values belong together from members whose values do not", async () => {
  // Each value is N(0, 1) in all three; in the truth all values of a state are one number.
  const options = { members: 2, alpha: 1, spectralWeight: 1 };
  const one = (seed: number, rows: number) => normalTensor(key(seed), [rows, 1, 1, 1]);
  const spread = (x: Tensor) => add(x, mul(normalTensor(key(9), [1, 8, 8, 1]), 0));
  const [right, wrong] = tidy(() => {
    const truth = spread(one(1, 256));
    const score = ensembleScore(options);
    const [together, apart] = [
      score(spread(one(2, 512)), truth),
      score(normalTensor(key(3), [512, 8, 8, 1]), truth),
    ];
    return [together.terms, apart.terms].map((terms) => {
      if (terms === undefined) throw new Error("a spectral weight gives terms");
      return terms;
    });
  });
  const read = async (tensor?: Tensor) => (await (tensor as Tensor).data())[0] as number;
  // Point by point there is no difference: four standard errors of 256 independent scores.
  expect(await read(right?.crps)).toBeAllclose(await read(wrong?.crps), {
    atol: 4 / Math.sqrt(256),
  });
  expect(await read(wrong?.spectralCrps)).toBeGreaterThan(3 * (await read(right?.spectralCrps)));
});

test("the members of a pair have noise of their own, drawn by the key alone", async () => {
  const batch = batchOf(0);
  const objective = ensembleCrps(gaussian, { members: 3 });
  const draw = async () => await objective.targets({}, batch, { key: key(7), step: 0 });
  const [first, second] = [await draw(), await draw()];
  expect(first.z.shape).toEqual([3 * count, 8, 8, 1]);
  expect(await first.z.data()).toEqual(await second.z.data());
  const conditions = tidy(() => sub(first.y as Tensor, second.y as Tensor));
  expect(conditions.shape).toEqual(first.z.shape);
  const rows = Array.from(await (first.y as Tensor).data());
  expect(rows.slice(0, 64)).toEqual(rows.slice(count * 64, (count + 1) * 64));
  dispose([...Object.values(first), ...Object.values(second), conditions]);
  dispose([batch.previous as Tensor, batch.next]);
});

test("a negative spectral weight is refused", () => {
  expect(() => ensembleScore({ members: 2, spectralWeight: -1 })).toThrow(/spectral score is -1/);
});
