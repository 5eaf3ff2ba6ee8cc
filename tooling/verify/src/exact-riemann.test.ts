import { isEddyflowError } from "@eddyflow/core";
import { expect, test } from "vitest";
import { exactRiemann, type Gas } from "./exact-riemann.ts";

const gas = (density: number, velocity: number, pressure: number): Gas => ({
  density,
  velocity,
  pressure,
});

const sod = [gas(1, 0, 1), gas(0.125, 0, 0.1)] as const;

test("the states between the waves are those of Toro's table 4.2, γ = 1.4", () => {
  const cases = [
    [...sod, 0.30313, 0.92745, 0.42632, 0.26557],
    [gas(1, -2, 0.4), gas(1, 2, 0.4), 0.00189, 0, 0.02185, 0.02185],
    [gas(1, 0, 1000), gas(1, 0, 0.01), 460.894, 19.5975, 0.57506, 5.99924],
    [gas(1, 0, 0.01), gas(1, 0, 100), 46.095, -6.19633, 5.99242, 0.57511],
    [
      gas(5.99924, 19.5975, 460.894),
      gas(5.99242, -6.19633, 46.095),
      1691.64,
      8.68975,
      14.2823,
      31.0426,
    ],
  ] as const;
  for (const [left, right, pressure, velocity, densityLeft, densityRight] of cases) {
    const { star, at } = exactRiemann(left, right, 1.4);
    const inside = [star.pressure, at(star.velocity - 1e-9).density, at(star.velocity).density];
    [pressure, densityLeft, densityRight].forEach((published, i) => {
      // As many digits as are printed, the last one cut off.
      const digit = 10 ** -Math.min(5, 5 - Math.floor(Math.log10(published)));
      expect(Math.abs((inside[i] ?? Number.NaN) - published)).toBeLessThan(1.001 * digit);
    });
    expect(star.velocity).toBeCloseTo(velocity, 4);
  }
});

test("mass, momentum and energy inside a box grow by what flows through its sides", () => {
  const [left, right] = sod;
  const { at } = exactRiemann(left, right, 1.4);
  const conserved = ({ density, velocity, pressure }: Gas) => [
    density,
    density * velocity,
    pressure / 0.4 + 0.5 * density * velocity * velocity,
  ];
  const flux = ({ density, velocity, pressure }: Gas) => [
    density * velocity,
    density * velocity * velocity + pressure,
    velocity * (pressure / 0.4 + 0.5 * density * velocity * velocity + pressure),
  ];
  // ∫₋₂² u(s) ds = 2u_left + 2u_right − (F_right − F_left) at t = 1.
  const n = 400_000;
  const sums = [0, 0, 0];
  for (let i = 0; i < n; i++) {
    conserved(at(-2 + (4 * (i + 0.5)) / n)).forEach((value, c) => {
      sums[c] = (sums[c] ?? 0) + (4 * value) / n;
    });
  }
  sums.forEach((sum, c) => {
    const before = 2 * ((conserved(left)[c] ?? 0) + (conserved(right)[c] ?? 0));
    expect(sum).toBeCloseTo(before - (flux(right)[c] ?? 0) + (flux(left)[c] ?? 0), 4);
  });
});

test("in a rarefaction entropy and u + 2c/(γ − 1) are uniform, and u − c is x/t", () => {
  const { at } = exactRiemann(...sod, 1.4);
  for (const speed of [-1.1, -0.7, -0.3, -0.08]) {
    const { density, velocity, pressure } = at(speed);
    const c = Math.sqrt((1.4 * pressure) / density);
    expect(pressure / density ** 1.4).toBeCloseTo(1, 12);
    expect(velocity + 5 * c).toBeCloseTo(5 * Math.sqrt(1.4), 12);
    expect(velocity - c).toBeCloseTo(speed, 12);
  }
});

test("mirrored gases have the mirrored solution, and equal ones none", () => {
  const [left, right] = [gas(1, 0.3, 2), gas(0.4, -0.7, 0.5)];
  const there = exactRiemann(left, right, 5 / 3);
  const back = exactRiemann(
    { ...right, velocity: -right.velocity },
    { ...left, velocity: -left.velocity },
    5 / 3,
  );
  for (const speed of [-3, -1, -0.2, 0.1, 0.6, 1.4, 3]) {
    const [a, b] = [there.at(speed), back.at(-speed)];
    expect(b.density).toBeCloseTo(a.density, 12);
    expect(b.velocity).toBeCloseTo(-a.velocity, 12);
    expect(b.pressure).toBeCloseTo(a.pressure, 12);
  }
  expect(exactRiemann(left, left, 5 / 3).at(0.5).density).toBeCloseTo(1, 12);
});

test("gases that leave a vacuum are refused", () => {
  try {
    exactRiemann(gas(1, -20, 0.4), gas(1, 20, 0.4), 1.4);
    expect.unreachable();
  } catch (error) {
    expect(isEddyflowError(error, "ArgumentError")).toBe(true);
  }
});
