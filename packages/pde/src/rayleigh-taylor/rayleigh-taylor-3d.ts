import { ArgumentError, DataError } from "@eddyflow/core";
import type { Stepper } from "../shared/stepper.ts";
import { densityProjection, type FaceVectors } from "./density-projection.ts";
import { fillGhosts, fillSides, paddedGrid } from "./padded-grid.ts";
import {
  volumeToMassFlux,
  writeDivergence,
  writeMomentumFlux,
  writeVolumeFlux,
} from "./staggered-fluxes.ts";
import { staggeredState } from "./staggered-state.ts";

/** What `rayleighTaylor3d` needs to know. */
export interface RayleighTaylor3dOptions {
  /** Cells along each axis, or `[z, y, x]`; at least 4. */
  readonly numPoints: number | readonly [nz: number, ny: number, nx: number];
  /** Length of the box along each axis, or `[z, y, x]`; default 1. */
  readonly extent?: number | readonly [z: number, y: number, x: number];
  /** Atwood number (ρ₂ − ρ₁)/(ρ₂ + ρ₁) of the heavy and the light fluid, in [0, 1): it limits the substep. */
  readonly atwood: number;
  /** Kinematic viscosity ν ≥ 0 of both fluids. */
  readonly viscosity: number;
  /** Diffusivity κ ≥ 0 of one fluid in the other. */
  readonly diffusivity: number;
  /** Acceleration g towards lower z; default 1. Negative values point upwards. */
  readonly gravity?: number;
  /** Time between two states, the `dt` of the stepper. */
  readonly frameInterval: number;
  /** Courant number, in (0, ½]; default 0.4. */
  readonly cfl?: number;
}

/** Channels of a state of `rayleighTaylor3d`. */
export const rayleighTaylorChannels: readonly string[] = ["vx", "vy", "vz", "density"];

/** More substeps than this in one frame mean that the solution is lost. */
const mostSubsteps = 1e6;

/**
 * Two miscible incompressible fluids of different density under gravity, periodic along x and y, slip walls at both ends
 * of z (the vertical), as in The Well's Rayleigh–Taylor data:
 *
 *   ∂ρ/∂t + ∇·(ρu) = 0,  ∇·u = −κ∇·(∇ρ/ρ),
 *   ∂(ρu)/∂t + ∇·(ρuu) = −∇p + ∇·τ − ρg ẑ,  τ = ρν(∇u + ∇uᵀ − ⅔∇·u).
 *
 * u is the velocity of mass; that of volume, q = u + κ∇ρ/ρ, has no divergence, and ρu = ρq − κ∇ρ: the density is carried
 * by q and diffuses. On the walls u_z = ∂ρ/∂z = 0 and there is no shear.
 *
 * On a staggered grid, with mass fluxes that carry the momentum too. The upwind-biased third-order density is limited by
 * Koren's φ, so that it stays between the least and the largest at the start, to round-off, while q·n of all faces of a
 * cell grows by less than 1/(2 cfl) in a substep; mass is conserved to round-off. Third-order upwind-biased velocities,
 * central stresses; Heun's two-stage method, both stages projected by a pressure that solves ∇·((1/ρ)∇p) = f to 10⁻⁶, the
 * constraint being met to round-off: second order in space and time where the solution is smooth.
 *
 * One step of the stepper is one `frameInterval`, in as many substeps as cfl asks for,
 *
 *   Δt = cfl / (½r + √(¼r² + |g|At/Δz)),
 *   r = max Σᵢ ½(|qᵢ⁻| + |qᵢ⁺|)/Δxᵢ + max(κ, 4ν/(3(1 − At))) Σᵢ 1/Δxᵢ²,
 *
 * q⁻ and q⁺ on the two faces of a cell; the last one shortened to land exactly.
 *
 * States are `[z, y, x, channel]`, Float64, with channels vx, vy, vz, density at the centres of cells, (i + ½)·extent/n. A
 * frame begins and ends there: the velocities of the faces are those whose trigonometric interpolation (of sines along
 * z) has the values given at the centres, and are projected. For states that a stepper gave this loses nothing, so
 * several steps in one call are the same as as many calls, bit by bit. Along an even number of cells one wave has no
 * values at the centres, the one that alternates along its own direction; the state holds it unshifted, so that mirroring
 * a state along x or y changes its sign (on odd numbers of cells mirrored states give mirrored states).
 * `mixtureDivergence` measures how well a state meets the constraint.
 *
 * A stepper owns its work arrays, about forty numbers per cell. Cost is that of the pressure: four to thirty pairs of
 * Fourier transforms a stage, more for larger density ratios.
 *
 * Sources: Ohana et al., The Well (2024), and Cabot & Cook, Nature Physics 2 (2006) 562 (the equations); Koren, in
 * Numerical Methods for Advection–Diffusion Problems (1993) 117; Kang, Fedkiw & Liu, J. Sci. Comput. 15 (2000) 323 (the
 * substep).
 *
 * @throws ArgumentError for fewer than 4 cells on an axis, an extent or interval that is not positive and finite, an
 *   Atwood number outside [0, 1), a negative viscosity or diffusivity, or a cfl outside (0, ½].
 * @throws ShapeError, from `step`, for a state of another size.
 * @throws DataError, from `step`, for a state whose density is not positive or that is not finite, also when it becomes
 *   so on the way.
 */
export function rayleighTaylor3d({
  numPoints,
  extent: lengths = 1,
  atwood,
  viscosity,
  diffusivity,
  gravity = 1,
  frameInterval,
  cfl = 0.4,
}: RayleighTaylor3dOptions): Stepper {
  const shape =
    typeof numPoints === "number" ? ([numPoints, numPoints, numPoints] as const) : numPoints;
  const extent = typeof lengths === "number" ? ([lengths, lengths, lengths] as const) : lengths;
  checkOptions({ shape, extent, atwood, viscosity, diffusivity, gravity, frameInterval, cfl });
  const grid = paddedGrid(shape, extent);
  const [nz, ny, nx] = shape;
  const { spacing, strides, first } = grid;
  const [strideZ, strideY] = strides;
  const projection = densityProjection(grid, diffusivity);
  const states = staggeredState(grid);

  const field = () => new Float64Array(grid.size);
  const vectors = (): FaceVectors => [field(), field(), field()];
  let density = field();
  let nextDensity = field();
  const startDensity = field();
  const velocity = vectors();
  const startMomentum = vectors();
  const nextVelocity = vectors();
  /** Volume fluxes, then mass fluxes. */
  const flux = vectors();
  const divergence = field();
  const plane = () => new Float64Array(strideZ);
  const fluxX = plane();
  const fluxY = plane();
  let fluxBelow = plane();
  let fluxAbove = plane();
  const source = { grid, viscosity, divergence, velocity, mass: flux };

  // At rest the fall across a cell limits the substep: with a = g·At, a·Δt² ≲ Δz.
  const fall = (4 * Math.abs(gravity) * atwood) / spacing[0];
  const inverseSquares = spacing.reduce((sum, h) => sum + 1 / (h * h), 0);
  // The stress on a face weighs up to 1/(1 − At) times as much as the momentum it acts on.
  const mixing = Math.max(diffusivity, ((4 / 3) * viscosity) / (1 - atwood)) * inverseSquares;

  function writeVolumeFluxes(): void {
    for (let axis = 0; axis < 3; axis++) {
      const out = flux[axis] as Float64Array;
      writeVolumeFlux(grid, axis, diffusivity, density, velocity[axis] as Float64Array, out);
      fillSides(grid, out);
    }
  }

  /** The largest rate that limits the substep, in 1/time, from the volume fluxes. */
  function largestRate(): number {
    const [z, y, x] = flux;
    const [perZ, perY, perX] = spacing.map((h) => 0.5 / h) as [number, number, number];
    let largest = 0;
    for (let k = 0; k < nz; k++) {
      for (let j = 0; j < ny; j++) {
        const row = first + k * strideZ + j * strideY;
        for (let at = row; at < row + nx; at++) {
          const rate =
            perZ * (Math.abs(z[at] as number) + Math.abs(z[at + strideZ] as number)) +
            perY * (Math.abs(y[at] as number) + Math.abs(y[at + strideY] as number)) +
            perX * (Math.abs(x[at] as number) + Math.abs(x[at + 1] as number));
          // NaN stays, whatever follows.
          if (rate > largest || Number.isNaN(rate)) largest = rate;
        }
      }
    }
    const rate = largest + mixing;
    return 0.5 * (rate + Math.sqrt(rate * rate + fall));
  }

  /** The mean over plane k of the density on lower faces along z. */
  function meanOnFaces(k: number): number {
    let sum = 0;
    for (let j = 0; j < ny; j++) {
      const row = first + k * strideZ + j * strideY;
      for (let at = row; at < row + nx; at++) {
        sum += (density[at] as number) + (density[at - strideZ] as number);
      }
    }
    return sum / (2 * ny * nx);
  }

  /** nextDensity = keep·startDensity + (1 − keep)·(density − Δt ∇·flux). */
  function advanceDensity(keep: number, dt: number): void {
    const [z, y, x] = flux;
    const share = 1 - keep;
    const [byZ, byY, byX] = spacing.map((h) => (share * dt) / h) as [number, number, number];
    for (let k = 0; k < nz; k++) {
      for (let j = 0; j < ny; j++) {
        const row = first + k * strideZ + j * strideY;
        for (let at = row; at < row + nx; at++) {
          nextDensity[at] =
            keep * (startDensity[at] as number) +
            share * (density[at] as number) -
            (byZ * ((z[at + strideZ] as number) - (z[at] as number)) +
              byY * ((y[at + strideY] as number) - (y[at] as number)) +
              byX * ((x[at + 1] as number) - (x[at] as number)));
        }
      }
    }
  }

  /** nextVelocity = keep·startMomentum + (1 − keep)·(momentum + Δt·forces but the pressure), still a momentum. */
  function advanceMomentum(of: number, keep: number, dt: number): void {
    const share = 1 - keep;
    const [byZ, byY, byX] = spacing.map((h) => (share * dt) / h) as [number, number, number];
    const weight = of === 0 ? share * dt * gravity : 0;
    const stride = strides[of] as number;
    const start = startMomentum[of] as Float64Array;
    const current = velocity[of] as Float64Array;
    const out = nextVelocity[of] as Float64Array;
    const from = { ...source, density };
    const lowest = of === 0 ? 1 : 0;
    writeMomentumFlux(from, of, 0, lowest, fluxBelow);
    for (let k = lowest; k < nz; k++) {
      writeMomentumFlux(from, of, 0, k + 1, fluxAbove);
      writeMomentumFlux(from, of, 1, k, fluxY);
      writeMomentumFlux(from, of, 2, k, fluxX);
      // The weight of the mean only adds to the pressure.
      const mean = of === 0 ? meanOnFaces(k) : 0;
      for (let j = 0; j < ny; j++) {
        const row = first + k * strideZ + j * strideY;
        const shift = 2 + (j + 2) * strideY - row;
        for (let at = row; at < row + nx; at++) {
          const f = at + shift;
          const rho = 0.5 * ((density[at] as number) + (density[at - stride] as number));
          out[at] =
            keep * (start[at] as number) +
            share * rho * (current[at] as number) -
            (byZ * ((fluxAbove[f] as number) - (fluxBelow[f] as number)) +
              byY * ((fluxY[f + strideY] as number) - (fluxY[f] as number)) +
              byX * ((fluxX[f + 1] as number) - (fluxX[f] as number))) -
            weight * (rho - mean);
        }
      }
      [fluxBelow, fluxAbove] = [fluxAbove, fluxBelow];
    }
  }

  /** Momenta from velocities (`divide` false), or the other way round, with the density on the faces. */
  function scaleByDensity(from: FaceVectors, to: FaceVectors, divide: boolean): void {
    for (let axis = 0; axis < 3; axis++) {
      const input = from[axis] as Float64Array;
      const out = to[axis] as Float64Array;
      const stride = strides[axis] as number;
      for (let k = axis === 0 ? 1 : 0; k < nz; k++) {
        for (let j = 0; j < ny; j++) {
          const row = first + k * strideZ + j * strideY;
          for (let at = row; at < row + nx; at++) {
            const rho = 0.5 * ((density[at] as number) + (density[at - stride] as number));
            out[at] = divide ? (input[at] as number) / rho : (input[at] as number) * rho;
          }
        }
      }
    }
  }

  /** One stage: the start's share `keep`, and the rest from a step of Δt. Volume fluxes are written already. */
  function stage(keep: number, dt: number): void {
    for (let axis = 0; axis < 3; axis++) {
      const out = flux[axis] as Float64Array;
      volumeToMassFlux(grid, axis, diffusivity, density, out);
      fillSides(grid, out);
    }
    writeDivergence(grid, velocity, divergence);
    fillSides(grid, divergence);
    for (let of = 0; of < 3; of++) advanceMomentum(of, keep, dt);
    advanceDensity(keep, dt);
    [density, nextDensity] = [nextDensity, density];
    fillGhosts(grid, density);
    scaleByDensity(nextVelocity, velocity, true);
    projection.project(density, velocity, (1 - keep) * dt, keep > 0 ? 1 : 0);
  }

  function advanceFrame(): void {
    let left = frameInterval;
    while (left > 0) {
      writeVolumeFluxes();
      const rate = largestRate();
      if (!(cfl * mostSubsteps > rate * frameInterval)) {
        throw new DataError({
          problem: "density or velocity is no longer finite",
          expected: "a solution that can be advanced",
          remedy: "take a smaller cfl or a finer grid, and look at the initial state",
        });
      }
      const limit = cfl / rate;
      // Two equal substeps at the end, not a whole one and a sliver.
      const dt = limit >= left ? left : Math.min(limit, left / 2);
      startDensity.set(density);
      scaleByDensity(velocity, startMomentum, false);
      stage(0, dt);
      writeVolumeFluxes();
      stage(0.5, dt);
      left = dt === left ? 0 : left - dt;
    }
  }

  return {
    dt: frameInterval,
    shape,
    channels: rayleighTaylorChannels,
    step(state, steps = 1) {
      let next = state;
      // Each frame starts from the centres, so that several steps are the same as one after the other.
      for (let i = 0; i < Math.max(1, steps); i++) {
        states.read(next, density, velocity);
        if (steps < 1) return state.slice();
        fillGhosts(grid, density);
        projection.reset();
        projection.project(density, velocity, 1, 0);
        projection.reset();
        advanceFrame();
        next = states.write(density, velocity);
      }
      return next;
    },
  };
}

interface Resolved {
  readonly shape: readonly [number, number, number];
  readonly extent: readonly [number, number, number];
  readonly atwood: number;
  readonly viscosity: number;
  readonly diffusivity: number;
  readonly gravity: number;
  readonly frameInterval: number;
  readonly cfl: number;
}

function checkOptions(options: Resolved): void {
  const { shape, extent, atwood, viscosity, diffusivity, gravity, frameInterval, cfl } = options;
  const refuse = (name: string, value: unknown, expected: string) => {
    throw new ArgumentError({
      problem: `${name} ${value} is not usable`,
      expected,
      remedy: `give another ${name}`,
    });
  };
  const positive = (value: number) => Number.isFinite(value) && value > 0;
  if (shape.length !== 3 || !shape.every((n) => Number.isSafeInteger(n) && n >= 4)) {
    refuse("numPoints", `[${shape.join(", ")}]`, "whole numbers [z, y, x], 4 or more");
  }
  if (extent.length !== 3 || !extent.every(positive)) {
    refuse("extent", `[${extent.join(", ")}]`, "positive numbers [z, y, x]");
  }
  if (!positive(frameInterval)) refuse("frameInterval", frameInterval, "a positive number");
  if (!(atwood >= 0 && atwood < 1)) refuse("atwood", atwood, "a number from 0, below 1");
  for (const [name, value] of Object.entries({ viscosity, diffusivity })) {
    if (!(Number.isFinite(value) && value >= 0)) refuse(name, value, "a number, 0 or more");
  }
  if (!Number.isFinite(gravity)) refuse("gravity", gravity, "a finite number");
  if (!(cfl > 0 && cfl <= 0.5)) refuse("cfl", cfl, "a number above 0, at most 0.5");
}
