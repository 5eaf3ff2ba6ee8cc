import { isEddyflowError, type VelocityField } from "@eddyflow/core";
import { key, normalTensor } from "@eddyflow/random";
import {
  add,
  cos,
  div,
  memory,
  mul,
  reshape,
  square,
  sub,
  type Tensor1D,
  tensor,
} from "@tensorflow/tfjs-core";
import { describe, expect, test } from "vitest";
import type { ButcherTableau } from "./butcher-tableau.ts";
import { integrate } from "./integrate.ts";
import { euler } from "./tableaus/euler.ts";
import { midpoint } from "./tableaus/midpoint.ts";
import { rk4 } from "./tableaus/rk4.ts";
import { tableaus } from "./tableaus/tableaus.ts";
import { uniformTimes } from "./uniform-times.ts";

const along = (t: Tensor1D) => reshape(t, [-1, 1, 1, 1]);

/** dx/dt = 5 cos t · x(1 − x): neither linear in x nor the same at all t, so that each error in a tableau shows. */
const growth: VelocityField = (x, _, t) => mul(mul(x, sub(1, x)), mul(along(cos(t)), 5));

/** Where it goes: x/(1 − x) grows by the factor exp(5 sin t − 5 sin s). */
function grown(x: number, from: number, to: number): number {
  const odds = (x / (1 - x)) * Math.exp(5 * (Math.sin(to) - Math.sin(from)));
  return odds / (1 + odds);
}

describe.each(tableaus)("$name", (tableau: ButcherTableau) => {
  test("converges at its order on a field that is not linear and depends on t", async () => {
    const x = tensor([0.02], [1, 1, 1, 1]);
    const exact = grown(0.02, 0, 1);
    const errors: number[] = [];
    const coarsest = tableau.order > 2 ? 8 : 64;
    for (const steps of [coarsest, 2 * coarsest]) {
      const end = integrate(growth, x, null, { tableau, times: uniformTimes(steps) });
      errors.push(Math.abs(((await end.data())[0] as number) - exact));
      end.dispose();
    }
    const [coarse, fine] = errors as [number, number];
    expect(Math.abs(Math.log2(coarse / fine) - tableau.order)).toBeLessThan(0.35);
    x.dispose();
  });

  test("spends one evaluation per stage and step, at the times t + cᵢδ", async () => {
    const times: number[] = [];
    const recorded: VelocityField = (x, _, t) => {
      times.push(t.dataSync()[0] as number);
      return x;
    };
    const x = tensor([1], [1, 1, 1, 1]);
    integrate(recorded, x, null, { tableau, times: [0.25, 0.5, 1] }).dispose();
    x.dispose();
    const expected = [
      ...tableau.c.map((c) => 0.25 + 0.25 * c),
      ...tableau.c.map((c) => 0.5 + 0.5 * c),
    ];
    expect(times.length).toBe(expected.length);
    times.forEach((time, i) => {
      expect(time).toBeCloseTo(expected[i] as number, 6);
    });
  });
});

/**
 * Noise N(0, 1) to data N(m, s²), independent: x_t = (1 − t)x₀ + t x₁ has standard deviation
 * σ(t) = √((1 − t)² + t²s²), velocity m + (σ′/σ)(x − tm) and flow x(1) = m + s·x(0).
 */
const mean = 1.5;
const deviation = 0.4;
const gaussian: VelocityField = (x, _, t) => {
  const time = along(t);
  const variance = add(square(sub(1, time)), mul(square(time), deviation ** 2));
  const slope = sub(mul(time, deviation ** 2), sub(1, time));
  return add(mean, mul(div(slope, variance), sub(x, mul(time, mean))));
};

test("the Gaussian flow takes noise to data, m + s·x₀", async () => {
  const x = normalTensor(key(1), [4, 2, 2, 1]);
  const end = integrate(gaussian, x, null, { tableau: midpoint, times: uniformTimes(64) });
  const noise = await x.data();
  (await end.data()).forEach((value, i) => {
    expect(value).toBeCloseTo(mean + deviation * (noise[i] as number), 3);
  });
  x.dispose();
  end.dispose();
});

test("falling times take data back to noise", async () => {
  const x = normalTensor(key(2), [1, 2, 2, 1]);
  const data = integrate(gaussian, x, null, { tableau: rk4, times: uniformTimes(32) });
  const back = integrate(gaussian, data, null, {
    tableau: rk4,
    times: [...uniformTimes(32)].reverse(),
  });
  const noise = await x.data();
  (await back.data()).forEach((value, i) => {
    expect(value).toBeCloseTo(noise[i] as number, 4);
  });
  for (const t of [x, data, back]) t.dispose();
});

test("leaves one tensor and neither the state nor the condition consumed", () => {
  const x = tensor([1], [1, 1, 1, 1]);
  const y = tensor([2], [1, 1, 1, 1]);
  const before = memory().numTensors;
  const end = integrate((_, condition) => mul(condition ?? x, 3), x, y, {
    tableau: rk4,
    times: uniformTimes(3),
  });
  expect(memory().numTensors).toBe(before + 1);
  expect(end.dataSync()[0]).toBeCloseTo(7, 5);
  expect(y.isDisposed).toBe(false);
  for (const t of [x, y, end]) t.dispose();
});

test("a part of the way ends at the exact solution there", async () => {
  const x = tensor([0.01], [1, 1, 1, 1]);
  const times = uniformTimes(32).map((t) => 0.25 + t / 2);
  const end = integrate(growth, x, null, { tableau: rk4, times });
  expect((await end.data())[0]).toBeCloseTo(grown(0.01, 0.25, 0.75), 5);
  for (const t of [x, end]) t.dispose();
});

test.each([
  [[0]],
  [[0, 0]],
  [[0, 0.5, 0.5, 1]],
  [[0, 0.6, 0.4, 1]],
  [[1, 0.4, 0.6, 0]],
  [[0, 1.5]],
  [[-0.1, 1]],
  [[0, Number.NaN]],
])("a velocity field is not integrated along %j", (times) => {
  const x = tensor([1], [1, 1, 1, 1]);
  try {
    integrate(growth, x, null, { tableau: euler, times });
    expect.unreachable();
  } catch (error) {
    expect(isEddyflowError(error, "ArgumentError")).toBe(true);
  }
  x.dispose();
});
