import { isEddyflowError } from "@eddyflow/core";
import { key, keyFor, normalTensor } from "@eddyflow/random";
import {
  add,
  dispose,
  engine,
  grads,
  memory,
  mul,
  type Tensor,
  tensor,
  tidy,
  zeros,
} from "@tensorflow/tfjs-core";
import { expect, test } from "vitest";
import { almostFairCrps } from "./almost-fair-crps.ts";

const value = async (tensor: Tensor): Promise<number> => {
  const [number] = await tensor.data();
  tensor.dispose();
  return number as number;
};

/** The definition in Float64: α of the fair score and 1 − α of the standard one. */
function mixed(
  ensemble: ArrayLike<number>,
  truth: ArrayLike<number>,
  members: number,
  alpha: number,
): number {
  const size = truth.length;
  let [error, spread] = [0, 0];
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < members; j++) {
      const own = ensemble[j * size + i] as number;
      error += Math.abs(own - (truth[i] as number)) / members;
      for (let k = 0; k < members; k++)
        spread += Math.abs(own - (ensemble[k * size + i] as number));
    }
  }
  const fair = error - spread / (2 * members * (members - 1));
  const standard = error - spread / (2 * members ** 2);
  return (alpha * fair + (1 - alpha) * standard) / size;
}

const shape = [3, 4, 5, 2];
const truth = normalTensor(key(1), shape);
const ensembleOf = (members: number) =>
  normalTensor(keyFor(2, "members", members), [3 * members, 4, 5, 2]);

test.each([
  [2, 0.95],
  [2, 0],
  [2, 1],
  [3, 0.95],
  [7, 0.5],
])(
  "of %s members with α = %s it is α of the fair score and 1 − α of the standard one",
  async (members, alpha) => {
    const ensemble = ensembleOf(members);
    const expected = mixed(await ensemble.data(), await truth.data(), members, alpha);
    const tensors = memory().numTensors;
    // Sums of 120 terms of float32 numbers.
    expect(await value(almostFairCrps(ensemble, truth, { members, alpha }))).toBeAllclose(
      expected,
      {
        rtol: 1e-5,
      },
    );
    expect(memory().numTensors).toBe(tensors);
    ensemble.dispose();
  },
);

test.each([2, 4])("the gradients of a score of %s members are its differences", async (members) => {
  const ensemble = ensembleOf(members);
  const [values, truths] = [await ensemble.data(), await truth.data()];
  const options = { members, alpha: 0.9 };
  const tensors = memory().numTensors;
  const [ofEnsemble, ofTruth] = tidy(() =>
    grads((x: Tensor, y: Tensor) => mul(almostFairCrps(x, y, options), 3))([ensemble, truth]),
  ) as [Tensor, Tensor];
  const found = [Array.from(await ofEnsemble.data()), Array.from(await ofTruth.data())] as const;
  // Piecewise linear: a difference of 1e-7 is exact unless it steps over a kink, which no value here is near to.
  const step = 1e-7;
  const slope = (which: 0 | 1, i: number): number => {
    const [ahead, behind] = [step, -step].map((by) => {
      const moved = [Float64Array.from(values), Float64Array.from(truths)] as const;
      (moved[which] as Float64Array)[i] = ((moved[which] as Float64Array)[i] as number) + by;
      return mixed(moved[0], moved[1], members, 0.9);
    }) as [number, number];
    return (3 * (ahead - behind)) / (2 * step);
  };
  for (const which of [0, 1] as const) {
    const expected = found[which].map((_, i) => slope(which, i));
    expect(found[which]).toBeAllclose(expected, { atol: 1e-6 });
  }
  dispose([ofEnsemble, ofTruth]);
  expect(memory().numTensors).toBe(tensors);
  ensemble.dispose();
});

test("members that are equal do not push each other to a side", async () => {
  const options = { members: 2, alpha: 0.95 };
  const [gradient] = grads((x: Tensor, y: Tensor) => almostFairCrps(x, y, options))([
    zeros([2, 1]),
    tensor([[1]]),
  ]) as [Tensor, Tensor];
  expect(Array.from(await gradient.data())).toEqual([-0.5, -0.5]);
});

test("members that differ by 2 · 10⁻³⁰ are as much apart as any", async () => {
  // TensorFlow.js's sign of so small a number is 0 on wasm. Here 2S = |a| + |b| − |a − b|/2.
  const [members, nothing] = [tensor([3e-30, 1e-30], [2, 1]), zeros([1, 1])];
  const [slope] = grads((x: Tensor, y: Tensor) => almostFairCrps(x, y, { members: 2, alpha: 0 }))([
    members,
    nothing,
  ]) as [Tensor, Tensor];
  expect(await slope.data()).toBeAllclose([0.25, 0.75]);
  dispose([members, nothing, slope]);
});

test("the score of two members that are one is the absolute error, and that of the truth is zero", async () => {
  const options = { members: 2 };
  const twice = tensor([[2], [2]]);
  expect(await value(almostFairCrps(twice, tensor([[5]]), options))).toBeCloseTo(3, 6);
  expect(await value(almostFairCrps(twice, tensor([[2]]), options))).toBe(0);
});

// Members N(μ, s²) and a truth N(0, 1): E|X − y| = τ√(2/π) at μ = 0 with τ² = s² + 1, and E|X − X′| = 2s/√π.
const expectation = (s: number, members: number, alpha: number): number =>
  Math.sqrt((2 * (s ** 2 + 1)) / Math.PI) - ((1 - (1 - alpha) / members) * s) / Math.sqrt(Math.PI);

test.each([
  [1, 2, 1],
  [1, 2, 0.95],
  [0.6, 4, 0.5],
  [1.5, 2, 0],
])(
  "of Gaussian members of spread %s (M = %s, α = %s) it has its expectation",
  async (s, members, alpha) => {
    const count = 40_000;
    const score = tidy(() =>
      almostFairCrps(
        mul(normalTensor(key(3), [members * count, 1]), s),
        normalTensor(key(4), [count, 1]),
        { members, alpha },
      ),
    );
    // Four standard errors of a mean of numbers whose deviation is below 1.
    expect(await value(score)).toBeAllclose(expectation(s, members, alpha), {
      atol: 4 / Math.sqrt(count),
    });
    // The fair score of the truth's own law is s/√π, whatever the number of members.
    expect(expectation(1, members, 1)).toBeCloseTo(1 / Math.sqrt(Math.PI), 12);
  },
);

test("the tape keeps the members, not their differences", () => {
  const members = 8;
  const kept = (count: number): number => {
    const before = memory().numTensors;
    let during = 0;
    engine().gradients(() => {
      const score = almostFairCrps(add(ensembleOf(count), 0), truth, { members: count });
      during = memory().numTensors - before;
      return score;
    }, [truth]);
    return during;
  };
  expect(kept(members)).toBe(kept(2));
});

test("one member, or another α, or shapes that do not fit, are refused", () => {
  const refused = (name: "ArgumentError" | "ShapeError", body: () => unknown) => {
    try {
      body();
      expect.unreachable();
    } catch (error) {
      expect(isEddyflowError(error, name)).toBe(true);
    }
  };
  for (const options of [{ members: 1 }, { members: 2.5 }, { members: 2, alpha: 1.1 }]) {
    refused("ArgumentError", () => almostFairCrps(truth, truth, options));
  }
  refused("ShapeError", () => almostFairCrps(ensembleOf(3), truth, { members: 2 }));
});
