import { expect, test } from "vitest";
import { largestDifference } from "./fields.ts";
import { galerkin } from "./galerkin.ts";

const n = 16;
const extent = 15;
const k = (2 * Math.PI) / extent;

const plane = (f: (x: number, y: number) => number) =>
  Float64Array.from({ length: n * n }, (_, i) =>
    f(((i % n) * extent) / n, (Math.floor(i / n) * extent) / n),
  );

test("small waves grow and decay as e^{λt}", () => {
  const options = { extent: [extent, extent], largest: 3, dt: 0.01 } as const;
  const wave = plane((x, y) => 1e-9 * Math.cos(k * (2 * x - y) + 0.4));
  for (const [operator, symbol] of [
    ["biharmonic", 25],
    ["sum-of-fourth-powers", 17],
  ] as const) {
    const growth = Math.exp(5 * k * k - symbol * k ** 4);
    const end = galerkin(wave, 100, { ...options, operator });
    expect(
      largestDifference(
        end,
        wave.map((u) => growth * u),
      ) / 1e-9,
    ).toBeLessThan(1e-7);
  }
});

test("the rate of change is −Δu − Δ²u − ½|∇u|² less its mean, cut to the modes held", () => {
  // u = a cos kx + b sin ky: |∇u|² = a²k² sin² kx + b²k² cos² ky, which are waves of 2k.
  const [a, b] = [2, 0.7];
  const start = plane((x, y) => a * Math.cos(k * x) + b * Math.sin(k * y));
  const linear = k * k - k ** 4;
  const rate = plane(
    (x, y) =>
      linear * (a * Math.cos(k * x) + b * Math.sin(k * y)) +
      0.25 * k * k * (a * a * Math.cos(2 * k * x) - b * b * Math.cos(2 * k * y)),
  );
  const dt = 1e-5;
  const options = { extent: [extent, extent], operator: "biharmonic", dt } as const;
  const measured = (largest: number) =>
    galerkin(start, 1, { ...options, largest }).map((u, i) => (u - (start[i] ?? 0)) / dt);
  expect(largestDifference(measured(2), rate)).toBeLessThan(1e-4);
  const cut = plane((x, y) => linear * (a * Math.cos(k * x) + b * Math.sin(k * y)));
  expect(largestDifference(measured(1), cut)).toBeLessThan(1e-4);
});

test("a wave along one axis of a square is the wave on a line", () => {
  const line = Float64Array.from({ length: n }, (_, i) => {
    const x = (i * extent) / n;
    return Math.cos(k * x) + 0.4 * Math.sin(2 * k * x);
  });
  const square = Float64Array.from({ length: n * n }, (_, i) => line[Math.floor(i / n)] as number);
  const options = { largest: 3, operator: "biharmonic", dt: 0.02 } as const;
  const onLine = galerkin(line, 50, { ...options, extent: [extent] });
  const onSquare = galerkin(square, 50, { ...options, extent: [extent, extent] });
  const expected = square.map((_, i) => onLine[Math.floor(i / n)] as number);
  expect(largestDifference(onSquare, expected)).toBeLessThan(1e-13);
});
