import { expect, test } from "vitest";
import {
  exchanged,
  type GasFlow,
  isentropicVortex,
  meanError,
  sampleFlow,
  simpleWave,
  soundRates,
  soundWave,
} from "./gas-flows.ts";

const gamma = 5 / 3;

/** What is left of mass, momentum and energy by central differences, η and ζ uniform, without their heating. */
function residual(flow: GasFlow, [x, y, t]: readonly number[], eta = 0, zeta = 0): number {
  const h = 1e-3;
  const at = (dx: number, dy: number, dt: number) =>
    flow((x ?? 0) + dx * h, (y ?? 0) + dy * h, (t ?? 0) + dt * h);
  const [u, v, density, pressure] = at(0, 0, 0);
  const first = (channel: number) => {
    const value = (...to: [number, number, number]) => at(...to)[channel] as number;
    return [
      (value(1, 0, 0) - value(-1, 0, 0)) / (2 * h),
      (value(0, 1, 0) - value(0, -1, 0)) / (2 * h),
      (value(0, 0, 1) - value(0, 0, -1)) / (2 * h),
    ] as const;
  };
  const second = (channel: number, dx: number, dy: number) => {
    const value = (sx: number, sy: number) => at(sx, sy, 0)[channel] as number;
    return dx * dy === 0
      ? (value(dx, dy) - 2 * value(0, 0) + value(-dx, -dy)) / (h * h)
      : (value(1, 1) - value(1, -1) - value(-1, 1) + value(-1, -1)) / (4 * h * h);
  };
  const [ux, uy, ut] = first(0);
  const [vx, vy, vt] = first(1);
  const [rx, ry, rt] = first(2);
  const [px, py, pt] = first(3);
  const bulk = zeta + eta / 3;
  const stressX =
    eta * (second(0, 1, 0) + second(0, 0, 1)) + bulk * (second(0, 1, 0) + second(1, 1, 1));
  const stressY =
    eta * (second(1, 1, 0) + second(1, 0, 1)) + bulk * (second(1, 0, 1) + second(0, 1, 1));
  const residuals = [
    rt + u * rx + v * ry + density * (ux + vy),
    density * (ut + u * ux + v * uy) + px - stressX,
    density * (vt + u * vx + v * vy) + py - stressY,
    pt + u * px + v * py + gamma * pressure * (ux + vy),
  ];
  return Math.max(...residuals.map(Math.abs));
}

const points = [
  [0.13, 0.71, 0.05],
  [0.52, 0.34, 0.11],
  [0.9, 0.05, 0.02],
] as const;

test("the vortex and the steepening wave solve the Euler equations", () => {
  const vortex = isentropicVortex(12, 5, gamma);
  const wave = simpleWave(0.05, gamma);
  for (const [x, y, t] of points) {
    expect(residual(vortex, [5 + 2 * x, 5 + 2 * y, t])).toBeLessThan(1e-5);
    expect(residual(wave, [x, y, t])).toBeLessThan(2e-4);
    expect(residual(exchanged(wave), [x, y, t])).toBeLessThan(2e-4);
  }
});

test("small sound solves the viscous equations up to the square of its size", () => {
  const size = 1e-5;
  for (const [eta, zeta] of [
    [0.02, 0],
    [0, 0.05],
  ] as const) {
    const wave = soundWave({ gamma, eta, zeta, k: [2 * Math.PI, 4 * Math.PI], size });
    // Differences over h are wrong by (kh)²/6 ≈ 3e-5 of terms up to γ|k|·size.
    for (const point of points) {
      expect(residual(wave, point, eta, zeta)).toBeLessThan(2e-3 * size * gamma * 14);
    }
  }
});

test("sound without viscosity keeps its size and moves at √γ", () => {
  const k = [2 * Math.PI, 0] as const;
  const { damping, frequency } = soundRates({ gamma, eta: 0, zeta: 0, k, size: 1 });
  expect(damping).toBe(0);
  expect(frequency / k[0]).toBeCloseTo(Math.sqrt(gamma), 14);
});

test("the vortex is back after a period of its box", () => {
  const vortex = isentropicVortex(12, 5, gamma);
  const [start, end] = [0, 12].map((t) => sampleFlow(vortex, [24, 24], 0.5, t));
  for (let channel = 0; channel < 4; channel++) {
    expect(meanError(start ?? new Float64Array(), end ?? new Float64Array(), channel)).toBeLessThan(
      1e-15,
    );
  }
});
