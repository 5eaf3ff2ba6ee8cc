import {
  advance,
  mixtureDivergence,
  rayleighTaylor3d,
  rayleighTaylorInterface,
} from "@eddyflow/pde";
import { key } from "@eddyflow/random";
import { type Check, computedOnce } from "./check.ts";
import { largestDifference } from "./fields.ts";

const system = "Rayleigh–Taylor 3-D";

type Shape = readonly [nz: number, ny: number, nx: number];
type Point = readonly [vx: number, vy: number, vz: number, density: number];

/** A state sampled at the centres of the cells of a box `[z, y, x]`. */
function sampled(
  [nz, ny, nx]: Shape,
  [lengthZ, lengthY, lengthX]: Shape,
  at: (x: number, y: number, z: number) => Point,
): Float64Array {
  const state = new Float64Array(4 * nz * ny * nx);
  for (let cell = 0; cell < nz * ny * nx; cell++) {
    const [i, j, k] = [cell % nx, Math.floor(cell / nx) % ny, Math.floor(cell / (nx * ny))];
    const [x, y, z] = [(i + 0.5) / nx, (j + 0.5) / ny, (k + 0.5) / nz];
    state.set(at(x * lengthX, y * lengthY, z * lengthZ), 4 * cell);
  }
  return state;
}

const densityOf = (state: Float64Array) => state.filter((_, i) => i % 4 === 3);
const sumOf = (field: Float64Array) => field.reduce((sum, u) => sum + u, 0);
const order = (coarse: number, fine: number) => Math.log2(coarse / fine);

/** Largest error of vortices between slip walls that decay as e^{−2νk²t}. */
function vortexError(n: number): number {
  const [viscosity, time, k] = [0.1, 0.5, Math.PI];
  const [shape, box] = [
    [n, 4, 2 * n],
    [1, 8 / n, 2],
  ] as const;
  const vortices = (factor: number) =>
    sampled(shape, box, (x, _y, z) => [
      factor * Math.sin(k * x) * Math.cos(k * z),
      0,
      -factor * Math.cos(k * x) * Math.sin(k * z),
      1,
    ]);
  const stepper = rayleighTaylor3d({
    numPoints: shape,
    extent: box,
    atwood: 0,
    viscosity,
    diffusivity: 0,
    frameInterval: time,
  });
  const exact = vortices(Math.exp(-2 * viscosity * k * k * time));
  return largestDifference(advance(stepper, vortices(1), 1), exact);
}

/** Largest error of layers that mix, ρ = 1 + ½e^{−κk²t} cos kz with the velocity −κρ_z/ρ. */
function mixingError(n: number): number {
  const [kappa, time, k] = [0.05, 0.8, Math.PI];
  const layers = (decay: number, kappa: number) =>
    sampled([n, 4, 4], [1, 1, 1], (_x, _y, z) => {
      const density = 1 + 0.5 * decay * Math.cos(k * z);
      return [0, 0, (0.5 * kappa * decay * k * Math.sin(k * z)) / density, density];
    });
  const stepper = rayleighTaylor3d({
    numPoints: [n, 4, 4],
    atwood: 0.5,
    viscosity: 0.01,
    diffusivity: kappa,
    frameInterval: time,
  });
  const exact = layers(Math.exp(-kappa * k * k * time), kappa);
  return largestDifference(advance(stepper, layers(1, 0), 1), exact);
}

/** Mean error of a density wave carried along x in a uniform flow while it mixes. */
function waveError(n: number): number {
  const [kappa, time, k] = [0.01, 0.5, 2 * Math.PI];
  const wave = (t: number) =>
    sampled([4, 4, n], [1, 1, 1], (x) => {
      const height = 0.4 * Math.exp(-kappa * k * k * t);
      const density = 1 + height * Math.sin(k * (x - t));
      return [1 - (kappa * height * k * Math.cos(k * (x - t))) / density, 0, 0, density];
    });
  const stepper = rayleighTaylor3d({
    numPoints: [4, 4, n],
    atwood: 0.4,
    viscosity: 0,
    diffusivity: kappa,
    gravity: 0,
    frameInterval: time,
  });
  const [end, exact] = [advance(stepper, wave(0), 1), wave(time)];
  return sumOf(end.map((u, i) => Math.abs(u - (exact[i] as number)))) / end.length;
}

const started = (shape: Shape, atwood: number) =>
  rayleighTaylorInterface(key(5), shape, {
    atwood,
    mu: 1,
    sigma: 0.5,
    phaseSpread: Math.PI,
    amplitude: 0.03,
    thickness: 0.06,
  });

/** Order in time of a growing interface, from the gaps between runs with ever smaller substeps. */
function orderInTime(): number {
  const shape = [16, 4, 16] as const;
  const ends = [0.2, 0.1, 0.05].map((cfl) =>
    advance(
      rayleighTaylor3d({
        numPoints: shape,
        extent: [1, 0.25, 1],
        atwood: 0.5,
        viscosity: 4e-3,
        diffusivity: 4e-3,
        frameInterval: 1,
        cfl,
      }),
      started(shape, 0.5),
      1,
    ),
  ) as [Float64Array, Float64Array, Float64Array];
  return order(largestDifference(ends[0], ends[1]), largestDifference(ends[1], ends[2]));
}

/** Growth rate of one wave on an interface of width .08 at At = 1/16, relative to the formula. */
function relativeGrowth(viscosity: number): number {
  const [nz, nx, interval] = [48, 24, 1.5];
  const [atwood, thickness, k] = [1 / 16, 0.08, 2 * Math.PI];
  const light = (1 - atwood) / (1 + atwood);
  const stepper = rayleighTaylor3d({
    numPoints: [nz, 4, nx],
    extent: [1, 4 / nx, 1],
    atwood,
    viscosity,
    diffusivity: 0,
    frameInterval: interval,
  });
  let state = sampled([nz, 4, nx], [1, 1, 1], (x, _y, z) => {
    const height = Math.tanh((z - 0.5 - 1e-6 * Math.cos(k * x)) / thickness);
    return [0, 0, 0, 0.5 * (1 + light) + 0.5 * (1 - light) * height];
  });
  const [a, b, c] = [1, 2, 3].map(() => {
    state = advance(stepper, state, 1);
    const vz = state.filter((_, i) => i % 4 === 2);
    return sumOf(vz.map((w, i) => w * Math.cos((k * ((i % nx) + 0.5)) / nx)));
  }) as [number, number, number];
  const damping = viscosity * k * k;
  const rate = Math.sqrt((atwood * k) / (1 + k * thickness) + damping * damping) - damping;
  return Math.acosh((a + c) / (2 * b)) / interval / rate;
}

/** What mixing does to the constraint, the mass, and the bounds of the density, at its worst over six frames. */
function mixing(atwood: number) {
  const shape = [16, 16, 16] as const;
  const diffusivity = 1e-3;
  const stepper = rayleighTaylor3d({
    numPoints: shape,
    atwood,
    viscosity: 1e-3,
    diffusivity,
    frameInterval: 1 / Math.sqrt(atwood),
  });
  let state = started(shape, atwood);
  const first = densityOf(state);
  const [low, high] = [Math.min(...first), Math.max(...first)];
  const worst = { divergence: 0, mass: 0, beyond: 0 };
  for (let frame = 0; frame < 6; frame++) {
    state = advance(stepper, state, 1);
    const density = densityOf(state);
    const beyond = Math.max(low - Math.min(...density), Math.max(...density) - high);
    worst.divergence = Math.max(worst.divergence, mixtureDivergence(state, shape, { diffusivity }));
    worst.mass = Math.max(worst.mass, Math.abs(sumOf(density) / sumOf(first) - 1));
    worst.beyond = Math.max(worst.beyond, beyond);
  }
  return worst;
}

function mixingChecks([label, atwood]: readonly [string, number]): readonly Check[] {
  const measure = computedOnce(() => mixing(atwood));
  const facts = { system, expected: 0, group: `Rayleigh–Taylor mixing, At = ${label}` } as const;
  return [
    {
      ...facts,
      name: `∇·u + κ∇·(∇ρ/ρ), relative, At = ${label}`,
      kind: "error",
      measured: () => measure().divergence,
      tolerance: 1e-10,
    },
    {
      ...facts,
      name: `drift of the mass, relative, At = ${label}`,
      kind: "conservation",
      measured: () => measure().mass,
      tolerance: 1e-13,
    },
    {
      ...facts,
      name: `density beyond its bounds, At = ${label}`,
      kind: "conservation",
      measured: () => measure().beyond,
      tolerance: 1e-12,
    },
  ];
}

/** Rayleigh–Taylor: orders, the constraint and the invariants of mixing, and the growth of small waves. */
export const rayleighTaylorChecks: readonly Check[] = [
  {
    system,
    name: "order in space, vortices between slip walls, max",
    kind: "order",
    measured: () => order(vortexError(16), vortexError(32)),
    expected: 2,
    tolerance: 0.2,
  },
  {
    system,
    name: "order in space, layers that mix, max",
    kind: "order",
    measured: () => order(mixingError(16), mixingError(32)),
    expected: 2,
    tolerance: 0.2,
  },
  {
    system,
    name: "order in space, density wave in a uniform flow, mean",
    kind: "order",
    measured: () => order(waveError(32), waveError(64)),
    expected: 2,
    tolerance: 0.3,
  },
  {
    system,
    name: "order in time, growing interface, max",
    kind: "order",
    measured: orderInTime,
    expected: 2,
    tolerance: 0.3,
  },
  ...[0, 4e-3].map(
    (viscosity): Check => ({
      system,
      name: `growth at At = 1/16 over its formula, ν = ${viscosity}`,
      kind: "error",
      measured: () => relativeGrowth(viscosity),
      expected: 1,
      tolerance: 0.1,
    }),
  ),
  ...(
    [
      ["1/16", 1 / 16],
      ["1/8", 1 / 8],
      ["1/4", 1 / 4],
      ["1/2", 1 / 2],
      ["3/4", 3 / 4],
    ] as const
  ).flatMap(mixingChecks),
];
