import { expect, test } from "vitest";
import { type EtdrkOrder, etdrk, etdrkCoefficients } from "./etdrk.ts";

/** e^z without its first terms, over powers of z: φ_n(z) = Σ z^j/(j + n)!, by its series. */
function phi(order: number, z: number): number {
  let term = 1;
  for (let j = 1; j <= order; j++) term /= j;
  let sum = 0;
  for (let j = 1; Math.abs(term) > 1e-20 && j < 200; j++) {
    sum += term;
    term *= z / (order + j);
  }
  return sum;
}

test("the weights equal their φ-function form, near zero and away from it", () => {
  const dt = 0.25;
  const zs = [0, 1e-9, -1e-4, 0.06, -0.3, -2, -9];
  const { whole, half, euler, change, stage, first, middle, last } = etdrkCoefficients(
    Float64Array.from(zs, (z) => z / dt),
    dt,
  );
  zs.forEach((z, i) => {
    const [phi1, phi2, phi3] = [phi(1, z), phi(2, z), phi(3, z)];
    expect(whole[i]).toBeCloseTo(Math.exp(z), 13);
    expect(half[i]).toBeCloseTo(Math.exp(z / 2), 13);
    expect(euler[i]).toBeCloseTo(dt * phi1, 13);
    expect(change[i]).toBeCloseTo(dt * phi2, 13);
    expect(stage[i]).toBeCloseTo((dt / 2) * phi(1, z / 2), 13);
    expect(first[i]).toBeCloseTo(dt * (phi1 - 3 * phi2 + 4 * phi3), 13);
    expect(middle[i]).toBeCloseTo(2 * dt * (phi2 - 2 * phi3), 13);
    expect(last[i]).toBeCloseTo(dt * (4 * phi3 - phi2), 13);
  });
});

test("strongly damped modes have small finite weights", () => {
  const { whole, stage, first, middle, last } = etdrkCoefficients(Float64Array.of(-1e5), 0.2);
  expect(whole[0]).toBe(0);
  for (const weight of [stage, first, middle, last]) {
    expect(Math.abs(weight[0] ?? Number.NaN)).toBeLessThan(2e-5);
  }
});

test.for([1, 2, 3, 4] as const satisfies readonly EtdrkOrder[])(
  "order %i solves the logistic equation with an error of that power of the step",
  (order) => {
    // u' = −u + (2u − u²): u(t) = 1/(1 + (1/u0 − 1)e^{−t}), with the linear part split off at will.
    const exact = 1 / (1 + 9 * Math.exp(-2));
    const errorOf = (steps: number) => {
      const step = etdrk({
        order,
        rates: Float64Array.of(-1),
        dt: 2 / steps,
        nonlinear: (u, out) => {
          const x = u[0] ?? Number.NaN;
          out[0] = 2 * x - x * x;
        },
      });
      const v = Float64Array.of(0.1, 0);
      for (let i = 0; i < steps; i++) step(v);
      return Math.abs((v[0] ?? Number.NaN) - exact);
    };
    expect(Math.log2(errorOf(40) / errorOf(80))).toBeCloseTo(order, 0);
    expect(Math.log2(errorOf(80) / errorOf(160))).toBeGreaterThan(order - 0.15);
  },
);
