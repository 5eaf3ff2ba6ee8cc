import {
  advance,
  compressibleNavierStokes2d,
  randomState,
  type Stepper,
  turbulentVelocity,
} from "@eddyflow/pde";
import { key } from "@eddyflow/random";
import { type Check, computedOnce } from "./check.ts";
import { exactRiemann, type Gas } from "./exact-riemann.ts";
import { largestDifference } from "./fields.ts";
import {
  exchanged,
  flowError,
  type GasFlow,
  isentropicVortex,
  meanError,
  sampleFlow,
  simpleWave,
  soundRates,
  soundWave,
} from "./gas-flows.ts";

const system = "Navier–Stokes 2-D";
const gamma = 5 / 3;
const turn = 2 * Math.PI;

/** The observed order between the last two of errors whose grids or steps halve. */
const order = (errors: readonly number[]): number =>
  Math.log2((errors.at(-2) as number) / (errors.at(-1) as number));

const error = (
  name: string,
  measured: () => number,
  tolerance: number,
  group = name,
  seconds = 0,
): Check => ({
  system,
  name,
  kind: "error",
  measured,
  expected: 0,
  tolerance,
  seconds,
  group,
});

const orderOf = (
  name: string,
  measured: () => number,
  expected: number,
  tolerance: number,
  group = name,
  seconds = 1,
): Check => ({ system, name, kind: "order", measured, expected, tolerance, seconds, group });

/** A box of length 1 along x, of n cells and four along y. */
const tube = (n: number, frameInterval: number, eta = 0, zeta = 0): Stepper =>
  compressibleNavierStokes2d({
    numPoints: [4, n],
    extent: [4 / n, 1],
    gamma,
    eta,
    zeta,
    frameInterval,
  });

/** Two gases in a box of length 2, one of them between ½ and 3⁄2, until their waves meet again. */
function shockTube(inside: Gas, outside: Gas, time: number, along: "x" | "y") {
  const air = 1.4;
  const exact = exactRiemann(inside, outside, air);
  const straight: GasFlow = (x, _, t) => {
    const right = x > 1;
    const distance = right ? x - 1.5 : 0.5 - x;
    const gas = t === 0 ? (distance < 0 ? inside : outside) : exact.at(distance / t);
    return [right ? gas.velocity : -gas.velocity, 0, gas.density, gas.pressure];
  };
  const flow = along === "x" ? straight : exchanged(straight);
  const run = (perLength: number) => {
    const h = 1 / perLength;
    const shape = [4, 2 * perLength] as const;
    const stepper = compressibleNavierStokes2d({
      numPoints: along === "x" ? shape : [shape[1], shape[0]],
      extent: along === "x" ? [4 * h, 2] : [2, 4 * h],
      gamma: air,
      eta: 0,
      zeta: 0,
      frameInterval: time,
    });
    const end = advance(stepper, sampleFlow(flow, stepper.shape, h, 0), 1);
    const expected = sampleFlow(flow, stepper.shape, h, time);
    const channel = along === "x" ? 0 : 1;
    // Halfway between contact and shock.
    const shock = exact.star.velocity * 1.35;
    const at = Math.floor((1.5 + shock * time) * perLength);
    const cell = 4 * (along === "x" ? at : at * 4);
    return {
      density: meanError(end, expected, 2),
      velocity: meanError(end, expected, channel),
      pressure: meanError(end, expected, 3),
      starVelocity: (end[cell + channel] as number) / exact.star.velocity,
      starPressure: (end[cell + 3] as number) / exact.star.pressure,
    };
  };
  return [200, 400, 800].map((perLength) => run(perLength));
}

const sod = {
  inside: { density: 1, velocity: 0, pressure: 1 },
  outside: { density: 0.125, velocity: 0, pressure: 0.1 },
};

const shockTubeChecks: readonly Check[] = (["x", "y"] as const).flatMap((along) => {
  const runs = computedOnce(() => shockTube(sod.inside, sod.outside, 0.2, along));
  const title = `Sod tube along ${along}`;
  const finest = () => runs()[2] as ReturnType<typeof runs>[number];
  // Shocks are first order, a contact h^{2/3} with a second-order scheme, and only the density has one.
  return [
    ...(
      [
        ["density", 0.83, 0.15],
        ["velocity", 0.95, 0.15],
        ["pressure", 0.95, 0.15],
      ] as const
    ).map(([field, expected, tolerance]) =>
      orderOf(
        `order, ${title}: ${field}, L1, 400 → 800 cells`,
        () => order(runs().map((run) => run[field])),
        expected,
        tolerance,
        title,
      ),
    ),
    error(`${title}: density, L1, 800 cells`, () => finest().density, 2e-3, title),
    error(
      `${title}: p* between contact and shock against 0.30313, relative`,
      () => finest().starPressure - 1,
      1e-3,
      title,
    ),
    error(
      `${title}: u* between contact and shock against 0.92745, relative`,
      () => finest().starVelocity - 1,
      1e-3,
      title,
    ),
  ];
});

const vortexErrors = computedOnce(() =>
  [48, 96, 192].map((n) => {
    const extent = 12;
    const stepper = compressibleNavierStokes2d({
      numPoints: n,
      extent,
      gamma,
      eta: 0,
      zeta: 0,
      frameInterval: extent,
    });
    return flowError(stepper, extent / n, isentropicVortex(extent, 5, gamma), 2);
  }),
);

/** Errors of a wave along the diagonal of the unit square, relative to its size. */
const diagonal = (flow: GasFlow, channel: number, size: number, frameInterval: number, eta = 0) =>
  [32, 64, 128].map((n) => {
    const stepper = compressibleNavierStokes2d({
      numPoints: n,
      gamma,
      eta,
      zeta: 0,
      frameInterval,
    });
    return flowError(stepper, 1 / n, flow, channel) / size;
  });

const entropyWave: GasFlow = (x, y, time) => [
  1,
  0.5,
  1 + 0.2 * Math.sin(turn * (x + y - 1.5 * time)),
  1,
];
const sound = { gamma, eta: 0, zeta: 0, k: [turn, turn], size: 1e-6 } as const;

const entropyErrors = computedOnce(() => diagonal(entropyWave, 2, 0.2, 1));
const soundErrors = computedOnce(() => diagonal(soundWave(sound), 3, gamma * sound.size, 0.5));
const steepening = simpleWave(0.03, gamma);

/** Errors of the steepening wave when grid and step halve together, half the time before it breaks. */
const steepeningErrors = computedOnce(() =>
  [64, 128, 256].map((n) => flowError(tube(n, 0.5), 1 / n, steepening, 2) / 0.09),
);

/** The same when the cells alone halve: every substep is a frame of 1/2000, on each grid. */
const spaceErrors = computedOnce(() =>
  [64, 128, 256].map((n) => flowError(tube(n, 0.0005), 1 / n, steepening, 2, 600) / 0.09),
);

/** Differences from steps sixteen times as small, on one grid: every substep is a frame. */
const timeErrors = computedOnce(() => {
  const n = 32;
  const start = sampleFlow(steepening, [4, n], 1 / n, 0);
  const run = (steps: number) => advance(tube(n, 0.3 / steps), start, steps);
  const reference = run(120 * 16);
  return [60, 120].map((steps) => meanError(run(steps), reference, 2) / 0.09);
});

/** What a damped wave loses: its mode's amplitude after `time` against e^{−Γt}, as the relative error of Γ. */
function attenuationError(eta: number, zeta: number): number {
  const [n, time] = [128, 1];
  const options = { gamma, eta, zeta, k: [turn, 0], size: 1e-6 } as const;
  const start = sampleFlow(soundWave(options), [4, n], 1 / n, 0);
  const end = advance(tube(n, time, eta, zeta), start, 1);
  const amplitude = (state: Float64Array) => {
    let [re, im] = [0, 0];
    for (let i = 0; i < n; i++) {
      const pressure = (state[4 * i + 3] as number) - 1;
      re += pressure * Math.cos((turn * (i + 0.5)) / n);
      im += pressure * Math.sin((turn * (i + 0.5)) / n);
    }
    return Math.hypot(re, im);
  };
  const rate = -Math.log(amplitude(end) / amplitude(start)) / time;
  return rate / soundRates(options).damping - 1;
}

const shear = { eta: 0.02, density: 2, size: 1e-4, time: 0.5 };

/** Errors of a decaying shear flow, relative to its first size. */
const shearErrors = computedOnce(() =>
  [16, 32, 64].map((n) => {
    const { eta, density, size, time } = shear;
    const flow: GasFlow = (_, y, t) => [
      size * Math.exp((-eta / density) * turn * turn * t) * Math.sin(turn * y),
      0,
      density,
      1,
    ];
    const stepper = compressibleNavierStokes2d({
      numPoints: n,
      gamma,
      eta,
      zeta: 0.5,
      frameInterval: time,
    });
    return flowError(stepper, 1 / n, flow, 0) / size;
  }),
);

/** Sums over the cells of mass, both momenta and energy, and of ρ|v|. */
function totals(state: Float64Array): readonly number[] {
  const sums = [0, 0, 0, 0, 0];
  for (let i = 0; i < state.length; i += 4) {
    const [vx = 0, vy = 0, density = 0, pressure = 0] = state.subarray(i, i + 4);
    const energy = pressure / (gamma - 1) + 0.5 * density * (vx * vx + vy * vy);
    const size = density * Math.hypot(vx, vy);
    [density, density * vx, density * vy, energy, size].forEach((value, c) => {
      sums[c] = (sums[c] as number) + value;
    });
  }
  return sums;
}

const gases = {
  turbulence: {
    eta: 1e-8,
    zeta: 1e-8,
    start: () => turbulentVelocity(key(1), [48, 48], { mach: 0.1 }),
  },
  shocks: { eta: 0.01, zeta: 0.02, start: () => randomState(key(2), [48, 48], { mach: 1.5 }) },
} as const;

const conservationChecks: readonly Check[] = (["turbulence", "shocks"] as const).flatMap((name) => {
  const { eta, zeta, start } = gases[name];
  const drifts = computedOnce(() => {
    const stepper = compressibleNavierStokes2d({
      numPoints: 48,
      gamma,
      eta,
      zeta,
      frameInterval: 0.05,
    });
    const before = totals(start());
    const after = totals(advance(stepper, start(), 20));
    const sizes = [before[0], before[4], before[4], before[3]];
    return after
      .slice(0, 4)
      .map((sum, c) => Math.abs((sum - (before[c] as number)) / (sizes[c] as number)));
  });
  return ["mass", "momentum along x", "momentum along y", "energy"].map((what, c) => ({
    system,
    name: `drift of the ${what}, ${name}, time 1, relative`,
    kind: "conservation" as const,
    measured: () => drifts()[c] as number,
    expected: 0,
    tolerance: 2e-13,
    seconds: 0.5,
    group: `conservation in ${name}`,
  }));
});

/** Largest difference between the solution of a changed state and the changed solution. */
function asymmetry(
  from: (j: number, i: number) => readonly [number, number],
  point: (vx: number, vy: number) => readonly [number, number],
): number {
  const n = 32;
  const change = (state: Float64Array) => {
    const out = new Float64Array(state.length);
    for (let to = 0; to < n * n; to++) {
      const [row, column] = from(Math.floor(to / n), to % n);
      const at = 4 * (row * n + column);
      const [vx = 0, vy = 0, density = 0, pressure = 0] = state.subarray(at, at + 4);
      out.set([...point(vx, vy), density, pressure], 4 * to);
    }
    return out;
  };
  const stepper = compressibleNavierStokes2d({
    numPoints: n,
    gamma,
    eta: 0.001,
    zeta: 0.002,
    frameInterval: 0.2,
  });
  const start = randomState(key(3), [n, n], { mach: 0.8 });
  const end = stepper.step(start);
  const size = end.reduce((largest, x) => Math.max(largest, Math.abs(x)), 0);
  return largestDifference(stepper.step(change(start)), change(end)) / size;
}

/** Compressible Navier–Stokes: exact flows, orders in space and time, damping, invariants, symmetries. */
export const compressibleChecks: readonly Check[] = [
  orderOf(
    "order, isentropic vortex, one period, L1, 96² → 192² cells",
    () => order(vortexErrors()),
    2,
    0.3,
    "vortex",
    20,
  ),
  error(
    "isentropic vortex, one period, 192² cells: density, L1",
    () => vortexErrors()[2] as number,
    4e-4,
    "vortex",
  ),
  orderOf(
    "order, entropy wave along the diagonal, L1, 64² → 128² cells",
    () => order(entropyErrors()),
    2,
    0.2,
    "entropy wave",
    8,
  ),
  error(
    "entropy wave along the diagonal, 128² cells: density, L1, relative",
    () => entropyErrors()[2] as number,
    5e-3,
    "entropy wave",
  ),
  orderOf(
    "order, acoustic wave along the diagonal, L1, 64² → 128² cells",
    () => order(soundErrors()),
    2,
    0.2,
    "acoustic wave",
  ),
  error(
    "acoustic wave along the diagonal, 128² cells: pressure, L1, relative",
    () => soundErrors()[2] as number,
    5e-3,
    "acoustic wave",
  ),
  orderOf("order, steepening wave, L1, 128 → 256 cells", () => order(steepeningErrors()), 2, 0.2),
  orderOf(
    "order in space alone, steepening wave, L1, 128 → 256 cells",
    () => order(spaceErrors()),
    2,
    0.2,
  ),
  orderOf(
    "order in time alone, steepening wave, L1, 60 → 120 steps on 32 cells",
    () => order(timeErrors()),
    2,
    0.2,
  ),
  orderOf(
    "order, decay of a shear flow, L1, 32² → 64² cells",
    () => order(shearErrors()),
    2,
    0.1,
    "shear flow",
    6,
  ),
  error(
    "decay of a shear flow, 64² cells, L1, relative",
    () => shearErrors()[2] as number,
    5e-4,
    "shear flow",
  ),
  error("attenuation of sound by η = 0.02, relative", () => attenuationError(0.02, 0), 0.01),
  error("attenuation of sound by ζ = 0.03, relative", () => attenuationError(0, 0.03), 0.01),
  ...shockTubeChecks,
  ...conservationChecks,
  error(
    "x and y exchanged, relative",
    () =>
      asymmetry(
        (j, i) => [i, j],
        (vx, vy) => [vy, vx],
      ),
    1e-12,
  ),
  error(
    "left and right exchanged, relative",
    () =>
      asymmetry(
        (j, i) => [j, 31 - i],
        (vx, vy) => [-vx, vy],
      ),
    1e-12,
  ),
];
