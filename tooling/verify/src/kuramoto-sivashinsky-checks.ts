import type { Key } from "@eddyflow/core";
import {
  advance,
  type EtdrkOrder,
  type FourthOrderOperator,
  kuramotoSivashinsky,
  kuramotoSivashinsky2d,
  randomFourierField,
} from "@eddyflow/pde";
import { key, normal, split } from "@eddyflow/random";
import { resample } from "@eddyflow/spectral";
import { type Check, computedOnce, type Ensemble } from "./check.ts";
import { meanEstimate, rootMeanEstimate } from "./estimates.ts";
import { correlation, largestDifference, meanOf, varianceOf } from "./fields.ts";
import { galerkin } from "./galerkin.ts";

/** An equation: in one dimension the operators are the same. */
interface Equation {
  readonly system: string;
  readonly operator: FourthOrderOperator;
  readonly dimensions: 1 | 2;
}

const line: Equation = { system: "KS 1-D", operator: "biharmonic", dimensions: 1 };
const planes = [
  { system: "KS 2-D, |k|⁴", operator: "biharmonic", dimensions: 2 },
  { system: "KS 2-D, Σkᵢ⁴", operator: "sum-of-fourth-powers", dimensions: 2 },
] as const satisfies readonly Equation[];

const orders = [1, 2, 3, 4] as const satisfies readonly EtdrkOrder[];

/** The same number for each axis. */
const each = ({ dimensions }: Equation, value: number) => new Array<number>(dimensions).fill(value);

/** The equation on n points per axis of a box of the given length. */
const solver = (equation: Equation, n: number, length: number, dt: number, order: EtdrkOrder = 4) =>
  kuramotoSivashinsky({
    shape: each(equation, n),
    extent: each(equation, length),
    dt,
    operator: equation.operator,
    order,
  });

/** Largest error of small waves against e^{λt}, relative to them, of all orders in time. */
function linearError(equation: Equation): number {
  const [n, length, dt, steps] = [24, 30, 0.5, 8];
  const plane = equation.dimensions === 2;
  const errors = orders.flatMap((order) => {
    const stepper = solver(equation, n, length, dt, order);
    const waves: readonly (readonly [number, number])[] = plane
      ? [
          [1, 0],
          [0, 3],
          [3, -3],
          [7, 5],
        ]
      : [
          [1, 0],
          [3, 0],
          [4, 0],
          [7, 0],
        ];
    return waves.map(([p, q]) => {
      const [kx, ky] = [(2 * Math.PI * p) / length, (2 * Math.PI * q) / length];
      const square = kx * kx + ky * ky;
      const damping = equation.operator === "biharmonic" ? square * square : kx ** 4 + ky ** 4;
      const growth = Math.exp((square - damping) * dt * steps);
      const wave = Float64Array.from({ length: plane ? n * n : n }, (_, i) => {
        const [x, y] = [((i % n) * length) / n, (Math.floor(i / n) * length) / n];
        return 1e-9 * Math.cos(kx * x + ky * y + 0.4);
      });
      const exact = wave.map((u) => growth * u);
      return largestDifference(stepper.step(wave, steps), exact) / 1e-9;
    });
  });
  return Math.max(...errors);
}

/** A state on the attractor of a small box, and that one time unit later by the independent solver. */
const smallBox = { n: 24, length: 22, time: 1 };

const timeErrors = (equation: Equation) => {
  const { n, length, time } = smallBox;
  const ahead = computedOnce(() => {
    const start = advance(
      solver(equation, n, length, 0.05),
      randomFourierField(key(2), each(equation, n), { modes: 3 }),
      2000,
    );
    const end = galerkin(start, 1000, {
      extent: each(equation, length),
      largest: 7,
      operator: equation.operator,
      dt: time / 1000,
    });
    return { start, end };
  });
  return (order: EtdrkOrder, steps: number) => {
    const { start, end } = ahead();
    return largestDifference(
      advance(solver(equation, n, length, time / steps, order), start, steps),
      end,
    );
  };
};

function timeChecks(equation: Equation): readonly Check[] {
  const errorOf = timeErrors(equation);
  const facts = { system: equation.system, group: `${equation.system}, order in time` };
  return [
    ...orders.map(
      (order): Check => ({
        ...facts,
        name: `order in time of ETDRK${order}, largest error, dt = 1/40 → 1/80`,
        kind: "order",
        measured: () => Math.log2(errorOf(order, 40) / errorOf(order, 80)),
        expected: order,
        tolerance: 0.25,
      }),
    ),
    {
      ...facts,
      name: "ETDRK4 with dt = 0.1 against Runge–Kutta on sums over pairs of modes, 1 time unit",
      kind: "error",
      measured: () => errorOf(4, 10),
      expected: 0,
      tolerance: 1e-2,
    },
  ];
}

/** Largest difference from a grid of 128 points per axis after one time unit, all started alike. */
const spaceErrors = (equation: Equation) => {
  const [length, dt, steps, finest] = [30, 0.05, 20, 128];
  return computedOnce(() => {
    const shape = each(equation, finest);
    const stepper = solver(equation, finest, length, dt);
    const start = advance(stepper, randomFourierField(key(5), shape), 1200);
    const end = advance(stepper, start, steps);
    return [24, 48, 96].map((n) => {
      const onGrid = resample(start, shape, each(equation, n));
      const later = advance(solver(equation, n, length, dt), onGrid, steps);
      return largestDifference(later, resample(end, shape, each(equation, n)));
    });
  });
};

function spaceChecks(equation: Equation): readonly Check[] {
  const errors = spaceErrors(equation);
  const facts = { system: equation.system, group: `${equation.system}, error in space` };
  const orderTo = (i: number) => Math.log2((errors()[i - 1] as number) / (errors()[i] as number));
  // The order of a method of fixed order stays; that of an error e^{−cN} doubles with N.
  return [
    {
      ...facts,
      name: "order in space, largest error, N = 24 → 48 points on a length of 30",
      kind: "order",
      measured: () => orderTo(1),
      expected: 10,
      tolerance: 2,
    },
    {
      ...facts,
      name: "order in space, largest error, N = 48 → 96 points on a length of 30",
      kind: "order",
      measured: () => orderTo(2),
      expected: 16,
      tolerance: 3,
    },
    {
      ...facts,
      name: "largest error in space, 96 points on a length of 30",
      kind: "error",
      measured: () => errors()[2] as number,
      expected: 0,
      tolerance: 1e-6,
    },
  ];
}

/** Drift of the mean over 60 time units. */
function meanDrift(equation: Equation): number {
  const shape = each(equation, 32);
  const start = randomFourierField(key(4), shape, { std: 2 }).map((u) => u + 3.7);
  return Math.abs(meanOf(advance(solver(equation, 32, 30, 0.2), start, 300)) - 3.7);
}

const lags = [0.5, 1, 2, 4];

/** Steps of .1 that a run warms up, and between the moments at which it is looked at. */
const [warmUp, between, frames] = [1500, 60, 8];

/** Statistics on the attractor from independent starts: variance, persistence VRMSE, twin-decorrelation time. */
function attractor(
  { system, operator }: Equation,
  length: number,
  n: number,
  runs: number,
  seconds: number,
): Ensemble {
  const dt = 0.1;
  return {
    name: `${system}, L = ${length}`,
    runs,
    seconds: () => seconds,
    run(index) {
      const stepper = kuramotoSivashinsky2d({ numPoints: n, extent: length, dt, operator });
      const [startKey, twinKey] = split(key(index)) as [Key, Key];
      let state = advance(stepper, randomFourierField(startKey, [n, n]), warmUp);
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
            (persistence[i] as number) +
            Math.sqrt(square / later.length / varianceOf(later)) / frames;
        });
        state = advance(stepper, later, between);
      }
      // A twin with white noise of a hundredth of the standard deviation, looked at every .2.
      const noise = normal(twinKey, n * n);
      const size = 0.01 * Math.sqrt(varianceOf(state));
      let twin: Float64Array = state.map((u, i) => u + size * (noise[i] as number));
      let steps = 0;
      while (correlation(state, twin) >= 0.8) {
        if (steps * dt > 200) throw new Error("twins are still alike after 200 time units");
        state = advance(stepper, state, 2);
        twin = advance(stepper, twin, 2);
        steps += 2;
      }
      return [variance, ...persistence, steps * dt];
    },
  };
}

function statisticsChecks(
  equation: Equation,
  ensemble: Ensemble,
  length: number,
  [std, persistence, twin]: readonly [number, readonly number[], number | null],
  long: boolean,
): readonly Check[] {
  const column = (runs: readonly (readonly number[])[], i: number) =>
    runs.map((run) => run[i] as number);
  const facts = { system: equation.system, kind: "statistic", ensemble, seconds: 0, long } as const;
  const mean = (name: string, at: number, expected: number): Check => ({
    ...facts,
    name: `${name}, L = ${length}`,
    measured: (runs) => meanEstimate(column(runs, at)),
    expected,
    tolerance: 0.1 * expected,
  });
  return [
    {
      ...facts,
      name: `std, L = ${length}`,
      measured: (runs) => rootMeanEstimate(column(runs, 0)),
      expected: std,
      tolerance: 0.1 * std,
    },
    ...persistence.map((expected, i) =>
      mean(`persistence VRMSE, Δt = ${lags[i]}`, 1 + i, expected),
    ),
    ...(twin === null ? [] : [mean("time until twins 1 % apart correlate below .8", 5, twin)]),
  ];
}

/**
 * The standard deviation after a thousand time units in one call, during which the modes never become a field:
 * the mean variance over twenty frames from then on.
 */
function lateDeviation({ operator }: Equation): number {
  const stepper = kuramotoSivashinsky2d({ numPoints: 96, extent: 60, dt: 0.1, operator });
  let state = advance(stepper, randomFourierField(key(10), [96, 96]), 10_000);
  let variance = 0;
  for (let frame = 0; frame < 20; frame++) {
    state = advance(stepper, state, 100);
    variance += varianceOf(state) / 20;
  }
  return Math.sqrt(variance);
}

/** Kuramoto–Sivashinsky: linear waves, orders, invariants, and statistics measured by an independent solver. */
export const kuramotoSivashinskyChecks: readonly Check[] = [line, ...planes].flatMap((equation) => {
  const { system } = equation;
  const biharmonic = equation.operator === "biharmonic";
  return [
    {
      system,
      name: "small waves against e^{λt}, ETDRK1 to 4, relative",
      kind: "error",
      measured: () => linearError(equation),
      expected: 0,
      tolerance: 1e-7,
    },
    ...timeChecks(equation),
    ...spaceChecks(equation),
    {
      system,
      name: "drift of the mean, 60 time units",
      kind: "conservation",
      measured: () => meanDrift(equation),
      expected: 0,
      tolerance: 1e-11,
    },
    ...(equation.dimensions === 1
      ? []
      : [
          ...statisticsChecks(
            equation,
            attractor(equation, 60, 96, 16, 4),
            60,
            biharmonic
              ? [4, [0.157, 0.308, 0.58, 0.966], 29]
              : [4, [0.231, 0.446, 0.8, 1.18], 17.5],
            false,
          ),
          ...statisticsChecks(
            equation,
            attractor(equation, 100, 128, 8, 6),
            100,
            biharmonic
              ? [4.5, [0.15, 0.295, 0.551, 0.909], null]
              : [4.5, [0.201, 0.388, 0.691, 1.037], null],
            true,
          ),
          {
            system,
            name: "std, L = 60, after 1000 time units in one call",
            kind: "statistic",
            measured: () => lateDeviation(equation),
            expected: 4,
            tolerance: 0.6,
            long: true,
            seconds: 15,
          } as const,
        ]),
  ] satisfies readonly Check[];
});
