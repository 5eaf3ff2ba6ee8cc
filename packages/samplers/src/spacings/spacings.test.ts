import { isEddyflowError, type VelocityField } from "@eddyflow/core";
import {
  add,
  cos,
  div,
  mul,
  ones,
  reshape,
  square,
  sub,
  type Tensor1D,
} from "@tensorflow/tfjs-core";
import { describe, expect, test } from "vitest";
import { integrate } from "../integrate.ts";
import { midpoint } from "../tableaus/midpoint.ts";
import { cosineSpacing } from "./cosine-spacing.ts";
import { spacingBetween, spacingOf, spacings } from "./spacings.ts";
import type { TimeSpacing } from "./time-spacing.ts";
import { uniformSpacing } from "./uniform-spacing.ts";

test("every spacing is found by its own name, and by its times", () => {
  for (const spacing of spacings) {
    expect(spacingOf(spacing.name)).toBe(spacing);
    expect(spacingBetween(spacing.times(7))).toBe(spacing.name);
    // As they come back from a manifest.
    expect(spacingBetween(JSON.parse(JSON.stringify(spacing.times(7))))).toBe(spacing.name);
  }
  expect(spacingBetween([0, 0.1, 1])).toBe("own");
  expect(spacingBetween(cosineSpacing.times(2))).toBe("uniform");
});

test("an unknown spacing is refused with the list of those there are", () => {
  expect(() => spacingOf("sine")).toThrow(/uniform, cosine/u);
});

describe.each(spacings)("$name", ({ times }: TimeSpacing) => {
  test("goes from 0 to 1, rises, and is its own mirror image", () => {
    for (const steps of [1, 2, 3, 8, 15, 100]) {
      const found = times(steps);
      expect(found.length).toBe(steps + 1);
      expect([found[0], found[steps]]).toEqual([0, 1]);
      for (let i = 0; i < steps; i++) {
        expect(found[i + 1]).toBeGreaterThan(found[i] as number);
        expect((found[i] as number) + (found[steps - i] as number)).toBeCloseTo(1, 15);
      }
    }
  });

  test("has no times without steps", () => {
    for (const steps of [0, 1.5, Number.NaN]) {
      try {
        times(steps);
        expect.unreachable();
      } catch (error) {
        expect(isEddyflowError(error, "ArgumentError")).toBe(true);
      }
    }
  });
});

test("cosine times are Chebyshev's extrema, moved to [0, 1]", () => {
  for (const steps of [2, 5, 10]) {
    cosineSpacing.times(steps).forEach((time, i) => {
      expect(time).toBeCloseTo((1 - Math.cos((Math.PI * i) / steps)) / 2, 15);
    });
  }
});

// From N(0, 1) to N(0, s²): v = (t·s² − (1 − t))x/((1 − t)² + t²s²), and x at 1 is s times x at 0.
const towards =
  (s: number): VelocityField =>
  (x, _, time) => {
    const t = reshape(time as Tensor1D, [-1, 1, 1, 1]);
    const slope = sub(mul(t, s ** 2), sub(1, t));
    return mul(div(slope, add(square(sub(1, t)), mul(square(t), s ** 2))), x);
  };
const errorOf = async (s: number, times: readonly number[]): Promise<number> => {
  const end = integrate(towards(s), ones([1, 1, 1, 1]), null, { tableau: midpoint, times });
  return Math.abs(((await end.data())[0] as number) / s - 1);
};

test.each([0.02, 20])(
  "in ten midpoint steps a mode of deviation %d has a third of the error of equal steps, or less",
  async (s) => {
    const equal = await errorOf(s, uniformSpacing.times(10));
    expect(equal).toBeGreaterThan(0.1);
    expect(await errorOf(s, cosineSpacing.times(10))).toBeLessThan(equal / 3);
  },
);

test("midpoint steps keep their order with cosine times", async () => {
  // dx/dt = 2x cos t goes from 1 to exp(2 sin 1).
  const growth: VelocityField = (x, _, t) =>
    mul(x, mul(2, reshape(cos(t as Tensor1D), [-1, 1, 1, 1])));
  const errors = [8, 16].map(async (steps) => {
    const times = cosineSpacing.times(steps);
    const end = integrate(growth, ones([1, 1, 1, 1]), null, { tableau: midpoint, times });
    return Math.abs(((await end.data())[0] as number) - Math.exp(2 * Math.sin(1)));
  });
  const [coarse, fine] = (await Promise.all(errors)) as [number, number];
  expect(Math.abs(Math.log2(coarse / fine) - 2)).toBeLessThan(0.2);
});
