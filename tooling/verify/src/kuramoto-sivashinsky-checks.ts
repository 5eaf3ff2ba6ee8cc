import {
  advance,
  type FourthOrderOperator,
  kuramotoSivashinsky2d,
  randomFourierField,
} from "@eddyflow/pde";
import { key } from "@eddyflow/random";
import { type Check, computedOnce } from "./check.ts";
import { largestDifference, meanOf, varianceOf } from "./fields.ts";

const system = (operator: FourthOrderOperator) =>
  operator === "biharmonic" ? "KS 2-D, |k|⁴" : "KS 2-D, Σkᵢ⁴";

/** Largest error of small waves against e^{λt}, relative to them. */
function linearError(operator: FourthOrderOperator): number {
  const [n, extent, dt, steps] = [24, 30, 0.5, 8];
  const stepper = kuramotoSivashinsky2d({ numPoints: n, domainExtent: extent, dt, operator });
  const errors = [
    [1, 0],
    [0, 3],
    [3, -3],
    [7, 5],
  ].map(([p = 0, q = 0]) => {
    const [kx, ky] = [(2 * Math.PI * p) / extent, (2 * Math.PI * q) / extent];
    const square = kx * kx + ky * ky;
    const rate = square - (operator === "biharmonic" ? square * square : kx ** 4 + ky ** 4);
    const growth = Math.exp(rate * dt * steps);
    const wave = Float64Array.from({ length: n * n }, (_, i) => {
      const [x, y] = [((i % n) * extent) / n, (Math.floor(i / n) * extent) / n];
      return 1e-9 * Math.cos(kx * x + ky * y + 0.4);
    });
    const exact = wave.map((u) => growth * u);
    return largestDifference(stepper.step(wave, steps), exact) / 1e-9;
  });
  return Math.max(...errors);
}

/** Standard deviation and persistence VRMSE over Δt = .5, 1, 2, 4 on the attractor. */
function statistics(operator: FourthOrderOperator, extent: number, n: number) {
  const dt = 0.1;
  const stepper = kuramotoSivashinsky2d({ numPoints: n, domainExtent: extent, dt, operator });
  let state = advance(stepper, randomFourierField(key(9), [n, n]), 1500);
  const frames = 12;
  const lags = [0.5, 1, 2, 4];
  const persistence = lags.map(() => 0);
  let variance = 0;
  for (let frame = 0; frame < frames; frame++) {
    variance += varianceOf(state) / frames;
    let [later, time] = [state, 0];
    lags.forEach((lag, i) => {
      later = advance(stepper, later, Math.round((lag - time) / dt));
      time = lag;
      const square = later.reduce((sum, u, at) => sum + (u - (state[at] as number)) ** 2, 0);
      persistence[i] =
        (persistence[i] as number) + Math.sqrt(square / later.length / varianceOf(later)) / frames;
    });
    state = advance(stepper, later, 60);
  }
  return { std: Math.sqrt(variance), persistence };
}

function statisticsChecks(
  operator: FourthOrderOperator,
  [extent, n]: readonly [number, number],
  std: number,
  persistence: readonly number[],
): readonly Check[] {
  const measure = computedOnce(() => statistics(operator, extent, n));
  const facts = {
    system: system(operator),
    kind: "statistic",
    group: `${operator} statistics, L = ${extent}`,
  } as const;
  return [
    {
      ...facts,
      name: `std, L = ${extent}`,
      measured: () => measure().std,
      expected: std,
      tolerance: 0.1 * std,
    },
    ...persistence.map((expected, i) => ({
      ...facts,
      name: `persistence VRMSE, Δt = ${[0.5, 1, 2, 4][i]}, L = ${extent}`,
      measured: () => measure().persistence[i] as number,
      expected,
      tolerance: 0.1 * expected,
    })),
  ];
}

/** Drift of the mean over 60 time units. */
function meanDrift(operator: FourthOrderOperator): number {
  const stepper = kuramotoSivashinsky2d({ numPoints: 32, domainExtent: 30, dt: 0.2, operator });
  const start = randomFourierField(key(4), [32, 32], { std: 2 }).map((u) => u + 3.7);
  return Math.abs(meanOf(advance(stepper, start, 300)) - 3.7);
}

const operators = ["biharmonic", "sum-of-fourth-powers"] as const;

/** Kuramoto–Sivashinsky: linear waves, invariants, and statistics measured by an independent solver. */
export const kuramotoSivashinskyChecks: readonly Check[] = [
  ...operators.flatMap((operator): readonly Check[] => [
    {
      system: system(operator),
      name: "small waves against e^{λt}, relative",
      kind: "error",
      measured: () => linearError(operator),
      expected: 0,
      tolerance: 1e-7,
    },
    {
      system: system(operator),
      name: "drift of the mean, 60 time units",
      kind: "conservation",
      measured: () => meanDrift(operator),
      expected: 0,
      tolerance: 1e-11,
    },
  ]),
  ...statisticsChecks("biharmonic", [60, 96], 4.0, [0.157, 0.308, 0.58, 0.966]),
  ...statisticsChecks("sum-of-fourth-powers", [60, 96], 4.0, [0.231, 0.446, 0.8, 1.18]),
];
