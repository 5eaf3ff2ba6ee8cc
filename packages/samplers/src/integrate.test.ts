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

/** dx/dt = 5x cos t, whose solution is x(0)·exp(5 sin t): a stage at a wrong time costs an order. */
const growth: VelocityField = (x, _, t) => mul(mul(x, 5), along(cos(t)));

describe.each(tableaus)("$name", (tableau: ButcherTableau) => {
  test("converges at its order on a field that depends on t", async () => {
    const x = tensor([1], [1, 1, 1, 1]);
    const exact = Math.exp(5 * Math.sin(1));
    const errors: number[] = [];
    const coarsest = tableau.order === 4 ? 16 : 64;
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

test("one time alone is refused", () => {
  const x = tensor([1], [1, 1, 1, 1]);
  try {
    integrate(growth, x, null, { tableau: euler, times: [0] });
    expect.unreachable();
  } catch (error) {
    expect(isEddyflowError(error, "ArgumentError")).toBe(true);
  }
  x.dispose();
});
