import { ArgumentError, DataError, ShapeError } from "@eddyflow/core";
import type { Stepper } from "../shared/stepper.ts";
import { hllcFluxes } from "./hllc.ts";
import { faceValues } from "./van-leer.ts";
import { addViscousFluxesX, addViscousFluxesY } from "./viscous-fluxes.ts";

/** What `compressibleNavierStokes2d` needs to know. */
export interface CompressibleNavierStokes2dOptions {
  /** Cells along each axis, or `[y, x]`; at least 4. */
  readonly numPoints: number | readonly [number, number];
  /** Length of the periodic box along each axis, or `[y, x]`; default 1. */
  readonly extent?: number | readonly [number, number];
  /** Ratio of specific heats γ > 1; default 5/3. */
  readonly gamma?: number;
  /** Shear viscosity η ≥ 0 (dynamic: mass per length and time). */
  readonly eta: number;
  /** Bulk viscosity ζ ≥ 0. */
  readonly zeta: number;
  /** Time between two states, the `dt` of the stepper. */
  readonly frameInterval: number;
  /** Courant number, in (0, ½]; default 0.3. */
  readonly cfl?: number;
}

/** Channels of a state of `compressibleNavierStokes2d`. */
export const compressibleChannels: readonly string[] = ["vx", "vy", "density", "pressure"];

/** Lowest pressure: cells that would fall below are lifted to it, which adds energy there. */
const pressureFloor = 1e-4;

/** More substeps than this in one frame mean that the solution is lost. */
const mostSubsteps = 1e7;

/**
 * The compressible Navier–Stokes equations of an ideal gas on the periodic box, as in PDEBench,
 *
 *   ∂ρ/∂t + ∇·(ρv) = 0,
 *   ∂(ρv)/∂t + ∇·(ρv⊗v + p) = ∇·σ,
 *   ∂E/∂t + ∇·((E + p)v − σ·v) = 0,   E = p/(γ − 1) + ½ρ|v|²,
 *   σ = η(∇v + ∇vᵀ − ⅔ ∇·v) + ζ ∇·v,
 *
 * without heat conduction. Finite volumes: primitives reconstructed by Van Leer's limited slopes, HLLC fluxes
 * with Davis' wave speeds, central viscous fluxes, both axes at once, the two-stage strong-stability-
 * preserving Runge–Kutta method in time: second order in space and time where the solution is smooth.
 * Fluxes leave one cell and enter the next, so mass, momentum and energy are conserved to round-off, unless
 * a cell would fall below the pressure 1e-4: it is then lifted to it.
 *
 * One step of the stepper is one `frameInterval`, in as many substeps as cfl asks for,
 *
 *   Δt = cfl / max(max((|vx| + c)/Δx, (|vy| + c)/Δy) + ν(1/Δx² + 1/Δy²)),  c² = γp/ρ, ν = (4/3 η + ζ)/ρ,
 *
 * the last one shortened to land exactly.
 *
 * States are `[y, x, channel]`, Float64, with channels vx, vy, density, pressure: the means over cells of size
 * extent/N, whose centres lie at (i + ½)·extent/N. A stepper owns its work arrays (sixteen numbers per cell): a
 * step allocates its result only.
 *
 * Sources: Toro, Riemann Solvers and Numerical Methods for Fluid Dynamics (2009), ch. 10 (HLLC); van Leer,
 * J. Comput. Phys. 14 (1974) 361; Davis, SIAM J. Sci. Stat. Comput. 9 (1988) 445; Takamoto et al., PDEBench (2022).
 *
 * @throws ArgumentError for fewer than 4 cells on an axis, an extent or interval that is not positive and
 *   finite, γ ≤ 1, a negative viscosity, or a cfl outside (0, ½].
 * @throws DataError, from `step`, for a state whose density or pressure is not positive or that is not finite,
 *   also when it becomes so on the way.
 */
export function compressibleNavierStokes2d({
  numPoints,
  extent = 1,
  gamma = 5 / 3,
  eta,
  zeta,
  frameInterval,
  cfl = 0.3,
}: CompressibleNavierStokes2dOptions): Stepper {
  const [ny, nx] = typeof numPoints === "number" ? [numPoints, numPoints] : numPoints;
  const [extentY, extentX] = typeof extent === "number" ? [extent, extent] : extent;
  checkOptions({ ny, nx, extentY, extentX, gamma, eta, zeta, frameInterval, cfl });
  const shape = [ny, nx] as const;
  const dx = extentX / nx;
  const dy = extentY / ny;
  const viscous = eta > 0 || zeta > 0;
  const diffusion = ((4 / 3) * eta + zeta) * (1 / (dx * dx) + 1 / (dy * dy));

  // Two ghost cells at each end of each axis; four fields (density, vx, vy, pressure, or density, momenta,
  // energy) one after the other.
  const width = nx + 4;
  const cells = width * (ny + 4);
  const state = new Float64Array(4 * cells);
  const staged = new Float64Array(4 * cells);
  const primitive = new Float64Array(4 * cells);
  const stagedPrimitive = new Float64Array(4 * cells);
  // One row of values at faces: four fields, each `width` long, in the order density, normal velocity,
  // tangential velocity, pressure.
  const row = () => new Float64Array(4 * width);
  const lower = row();
  const upper = row();
  const fluxX = row();
  let below = row();
  let current = row();
  let fluxBelow = row();
  let fluxAbove = row();

  /** The largest rate that limits the substep, over the cells written last, in 1/time. */
  let largestRate = 0;

  function fillGhosts(fields: Float64Array): void {
    for (let field = 0; field < 4; field++) {
      const base = field * cells;
      for (let j = 2; j < ny + 2; j++) {
        const at = base + j * width;
        fields[at] = fields[at + nx] as number;
        fields[at + 1] = fields[at + nx + 1] as number;
        fields[at + nx + 2] = fields[at + 2] as number;
        fields[at + nx + 3] = fields[at + 3] as number;
      }
      fields.copyWithin(base, base + ny * width, base + (ny + 2) * width);
      fields.copyWithin(base + (ny + 2) * width, base + 2 * width, base + 4 * width);
    }
  }

  /** Writes the fluxes through the lower faces of row `j` into `to`, and leaves its upper face values in `below`. */
  function fluxesY(w: Float64Array, j: number, to: Float64Array): void {
    const at = j * width;
    faceValues(w, at, width, width, lower, current, 0);
    faceValues(w, 2 * cells + at, width, width, lower, current, width);
    faceValues(w, cells + at, width, width, lower, current, 2 * width);
    faceValues(w, 3 * cells + at, width, width, lower, current, 3 * width);
    hllcFluxes(below, 2, lower, 2, width, nx, gamma, to);
    if (viscous) addViscousFluxesY(w, cells, width, at + 2, nx, dx, dy, eta, zeta, to);
    [below, current] = [current, below];
  }

  /** Writes the fluxes through the left faces of the cells of row `j`, and the last right one, into `to`. */
  function fluxesX(w: Float64Array, j: number, to: Float64Array): void {
    const at = j * width + 1;
    for (let field = 0; field < 4; field++) {
      faceValues(w, field * cells + at, 1, nx + 2, lower, upper, field * width + 1);
    }
    hllcFluxes(upper, 1, lower, 2, width, nx + 1, gamma, to);
    if (viscous) addViscousFluxesX(w, cells, width, at + 1, nx + 1, dx, dy, eta, zeta, to);
  }

  /**
   * One stage: out = keep·state + (1 − keep)·(from + dt·L(w)), and its primitives, where L is minus the
   * divergence of the fluxes.
   */
  function stage(
    w: Float64Array,
    from: Float64Array,
    keep: number,
    dt: number,
    out: Float64Array,
    outPrimitive: Float64Array,
  ): void {
    const share = 1 - keep;
    const byX = (share * dt) / dx;
    const byY = (share * dt) / dy;
    largestRate = 0;
    for (let field = 0; field < 4; field++) {
      // Row 1's upper face values, so that row 2 finds what lies below it.
      const source = field === 1 ? 2 : field === 2 ? 1 : field;
      faceValues(w, source * cells + width, width, width, lower, below, field * width);
    }
    fluxesY(w, 2, fluxBelow);
    for (let j = 2; j < ny + 2; j++) {
      fluxesX(w, j, fluxX);
      fluxesY(w, j + 1, fluxAbove);
      updateRow(j, from, keep, share, byX, byY, out, outPrimitive);
      [fluxBelow, fluxAbove] = [fluxAbove, fluxBelow];
    }
    fillGhosts(outPrimitive);
  }

  function updateRow(
    j: number,
    from: Float64Array,
    keep: number,
    share: number,
    byX: number,
    byY: number,
    out: Float64Array,
    outPrimitive: Float64Array,
  ): void {
    const low = fluxBelow;
    const high = fluxAbove;
    const side = fluxX;
    const base = j * width + 2;
    const overGamma = gamma - 1;
    let rate = largestRate;
    for (let i = 0; i < nx; i++) {
      const m = base + i;
      const mx = m + cells;
      const my = mx + cells;
      const e = my + cells;
      // In the fluxes through y faces the normal momentum is that along y.
      const f1 = i + width;
      const f2 = f1 + width;
      const f3 = f2 + width;
      const density =
        keep * (state[m] as number) +
        share * (from[m] as number) -
        byX * ((side[i + 1] as number) - (side[i] as number)) -
        byY * ((high[i] as number) - (low[i] as number));
      const momentumX =
        keep * (state[mx] as number) +
        share * (from[mx] as number) -
        byX * ((side[f1 + 1] as number) - (side[f1] as number)) -
        byY * ((high[f2] as number) - (low[f2] as number));
      const momentumY =
        keep * (state[my] as number) +
        share * (from[my] as number) -
        byX * ((side[f2 + 1] as number) - (side[f2] as number)) -
        byY * ((high[f1] as number) - (low[f1] as number));
      let energy =
        keep * (state[e] as number) +
        share * (from[e] as number) -
        byX * ((side[f3 + 1] as number) - (side[f3] as number)) -
        byY * ((high[f3] as number) - (low[f3] as number));
      const volume = 1 / density;
      const vx = momentumX * volume;
      const vy = momentumY * volume;
      const kinetic = 0.5 * (momentumX * vx + momentumY * vy);
      let pressure = overGamma * (energy - kinetic);
      if (pressure < pressureFloor) {
        pressure = pressureFloor;
        energy = pressure / overGamma + kinetic;
      }
      out[m] = density;
      out[mx] = momentumX;
      out[my] = momentumY;
      out[e] = energy;
      outPrimitive[m] = density;
      outPrimitive[mx] = vx;
      outPrimitive[my] = vy;
      outPrimitive[e] = pressure;
      const sound = Math.sqrt(gamma * pressure * volume);
      const rateX = (Math.abs(vx) + sound) / dx;
      const rateY = (Math.abs(vy) + sound) / dy;
      const here = Math.max(rateX, rateY) + diffusion * volume;
      // NaN stays, whatever follows.
      if (here > rate || Number.isNaN(here)) rate = here;
    }
    largestRate = rate;
  }

  /** Fills the work arrays from a state; its rate limits the first substep. */
  function read(values: Float64Array): void {
    largestRate = 0;
    for (let j = 0; j < ny; j++) {
      for (let i = 0; i < nx; i++) {
        const from = 4 * (j * nx + i);
        const vx = values[from] as number;
        const vy = values[from + 1] as number;
        const density = values[from + 2] as number;
        const pressure = values[from + 3] as number;
        if (!(density > 0 && pressure > 0 && Number.isFinite(vx + vy + density + pressure))) {
          throw new DataError({
            problem: `the state at row ${j}, column ${i} is vx ${vx}, vy ${vy}, density ${density}, pressure ${pressure}`,
            expected: "finite values with positive density and pressure",
            remedy: "look at the initial state and its channel order vx, vy, density, pressure",
          });
        }
        const m = (j + 2) * width + i + 2;
        primitive[m] = density;
        primitive[m + cells] = vx;
        primitive[m + 2 * cells] = vy;
        primitive[m + 3 * cells] = pressure;
        state[m] = density;
        state[m + cells] = density * vx;
        state[m + 2 * cells] = density * vy;
        state[m + 3 * cells] = pressure / (gamma - 1) + 0.5 * density * (vx * vx + vy * vy);
        const sound = Math.sqrt((gamma * pressure) / density);
        const rate =
          Math.max((Math.abs(vx) + sound) / dx, (Math.abs(vy) + sound) / dy) + diffusion / density;
        largestRate = Math.max(largestRate, rate);
      }
    }
    fillGhosts(primitive);
  }

  function advanceFrame(): void {
    let left = frameInterval;
    while (left > 0) {
      const limit = cfl / largestRate;
      // Two equal substeps at the end, not a whole one and a sliver.
      const dt = limit >= left ? left : Math.min(limit, left / 2);
      stage(primitive, state, 0, dt, staged, stagedPrimitive);
      stage(stagedPrimitive, staged, 0.5, dt, state, primitive);
      if (!(cfl * mostSubsteps > largestRate * frameInterval)) {
        throw new DataError({
          problem: "density, velocity or pressure is no longer finite and positive",
          expected: "a solution that can be advanced",
          remedy: "take a smaller cfl or a finer grid, and look at the initial state",
        });
      }
      left = dt === left ? 0 : left - dt;
    }
  }

  return {
    dt: frameInterval,
    shape,
    channels: compressibleChannels,
    step(values, steps = 1) {
      if (values.length !== 4 * ny * nx) {
        throw new ShapeError({
          problem: `the state has ${values.length} numbers`,
          expected: `${4 * ny * nx}, for a grid of ${ny} × ${nx} cells with 4 channels`,
          remedy: "average it to the grid of the solver, and give vx, vy, density, pressure",
        });
      }
      read(values);
      for (let i = 0; i < steps; i++) advanceFrame();
      const next = new Float64Array(4 * ny * nx);
      for (let j = 0; j < ny; j++) {
        for (let i = 0; i < nx; i++) {
          const m = (j + 2) * width + i + 2;
          const to = 4 * (j * nx + i);
          next[to] = primitive[m + cells] as number;
          next[to + 1] = primitive[m + 2 * cells] as number;
          next[to + 2] = primitive[m] as number;
          next[to + 3] = primitive[m + 3 * cells] as number;
        }
      }
      return next;
    },
  };
}

interface Resolved {
  readonly ny: number;
  readonly nx: number;
  readonly extentY: number;
  readonly extentX: number;
  readonly gamma: number;
  readonly eta: number;
  readonly zeta: number;
  readonly frameInterval: number;
  readonly cfl: number;
}

function checkOptions(options: Resolved): void {
  const { ny, nx, extentY, extentX, gamma, eta, zeta, frameInterval, cfl } = options;
  const refuse = (name: string, value: number, expected: string) => {
    throw new ArgumentError({
      problem: `${name} ${value} is not usable`,
      expected,
      remedy: `give another ${name}`,
    });
  };
  for (const n of [ny, nx]) {
    if (!Number.isSafeInteger(n) || n < 4) refuse("numPoints", n, "a whole number, 4 or more");
  }
  for (const [name, value] of [
    ["extent", extentY],
    ["extent", extentX],
    ["frameInterval", frameInterval],
  ] as const) {
    if (!(Number.isFinite(value) && value > 0)) refuse(name, value, "a positive number");
  }
  for (const [name, value] of Object.entries({ eta, zeta })) {
    if (!(Number.isFinite(value) && value >= 0)) refuse(name, value, "a number, 0 or more");
  }
  if (!(Number.isFinite(gamma) && gamma > 1)) refuse("gamma", gamma, "a number above 1");
  if (!(cfl > 0 && cfl <= 0.5)) refuse("cfl", cfl, "a number above 0, at most 0.5");
}
