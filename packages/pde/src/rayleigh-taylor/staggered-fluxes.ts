import type { FaceVectors } from "./density-projection.ts";
import type { PaddedGrid } from "./padded-grid.ts";

/*
 * Fluxes on a staggered grid, where velocities stand on the lower faces of the cells along their own axes. Axes are
 * 0 (z), 1 (y), 2 (x).
 */

/** Writes (∇·u) into the cells. */
export function writeDivergence(
  { shape: [nz, ny, nx], spacing: [hz, hy, hx], strides: [strideZ, strideY], first }: PaddedGrid,
  [w, v, u]: FaceVectors,
  out: Float64Array,
): void {
  for (let k = 0; k < nz; k++) {
    for (let j = 0; j < ny; j++) {
      const row = first + k * strideZ + j * strideY;
      for (let at = row; at < row + nx; at++) {
        out[at] =
          ((w[at + strideZ] as number) - (w[at] as number)) / hz +
          ((v[at + strideY] as number) - (v[at] as number)) / hy +
          ((u[at + 1] as number) - (u[at] as number)) / hx;
      }
    }
  }
}

/**
 * Turns the velocity u on the faces of an axis into the volume flux u + κ∇ρ/ρ, which has no divergence, with the mean of
 * two cells for ρ.
 */
export function writeVolumeFlux(
  { shape: [nz, ny, nx], spacing, strides, first }: PaddedGrid,
  axis: number,
  diffusivity: number,
  density: Float64Array,
  velocity: Float64Array,
  out: Float64Array,
): void {
  const stride = strides[axis] as number;
  const mix = (2 * diffusivity) / (spacing[axis] as number);
  for (let k = axis === 0 ? 1 : 0; k < nz; k++) {
    for (let j = 0; j < ny; j++) {
      const row = first + k * strides[0] + j * strides[1];
      for (let at = row; at < row + nx; at++) {
        const a = density[at - stride] as number;
        const b = density[at] as number;
        out[at] = (velocity[at] as number) + (mix * (b - a)) / (a + b);
      }
    }
  }
}

/**
 * Turns volume fluxes q on the faces of an axis into mass fluxes ρq − κ∇ρ. ρ is upwind-biased of third order with
 * Koren's limiter: between its two neighbours, and no further from the upwind one than that is from the next.
 */
export function volumeToMassFlux(
  { shape: [nz, ny, nx], spacing, strides, first }: PaddedGrid,
  axis: number,
  diffusivity: number,
  density: Float64Array,
  flux: Float64Array,
): void {
  const stride = strides[axis] as number;
  const mix = diffusivity / (spacing[axis] as number);
  for (let k = axis === 0 ? 1 : 0; k < nz; k++) {
    for (let j = 0; j < ny; j++) {
      const row = first + k * strides[0] + j * strides[1];
      for (let at = row; at < row + nx; at++) {
        const q = flux[at] as number;
        const a = density[at - stride] as number;
        const b = density[at] as number;
        const gap = b - a;
        let face: number;
        if (q >= 0) face = a + limited(a - (density[at - 2 * stride] as number), gap);
        else face = b - limited((density[at + stride] as number) - b, gap);
        flux[at] = face * q - mix * gap;
      }
    }
  }
}

/** Koren's ½φ(r)·gap with r = behind/gap, φ = max(0, min(2r, (1 + 2r)/3, 2)). */
function limited(behind: number, gap: number): number {
  if (gap > 0) return behind <= 0 ? 0 : Math.min(behind, (gap + 2 * behind) / 6, gap);
  return behind >= 0 ? 0 : Math.max(behind, (gap + 2 * behind) / 6, gap);
}

/** What the fluxes of momentum are made of; ghosts are filled. */
export interface MomentumSource {
  readonly grid: PaddedGrid;
  /** Kinematic viscosity ν. */
  readonly viscosity: number;
  readonly density: Float64Array;
  readonly velocity: FaceVectors;
  /** ∇·u in the cells. */
  readonly divergence: Float64Array;
  /** Mass fluxes on faces, in the places of the velocities. */
  readonly mass: FaceVectors;
}

/**
 * Writes the fluxes along the axis `along` of the momentum along `of` in plane k into `out`, a plane: mass flux times
 * velocity minus stress, between each velocity and the one before it along `along`, one row and column more than the
 * plane has. Velocities are upwind-biased of third order; σ = ρν(∇u + ∇uᵀ − ⅔∇·u).
 */
export function writeMomentumFlux(
  { grid, viscosity, density, velocity, divergence, mass }: MomentumSource,
  of: number,
  along: number,
  k: number,
  out: Float64Array,
): void {
  const { shape, spacing, strides, first } = grid;
  const [, ny, nx] = shape;
  const strideY = strides[1];
  const own = velocity[of] as Float64Array;
  const other = velocity[along] as Float64Array;
  const carried = mass[along] as Float64Array;
  const a = strides[of] as number;
  const b = strides[along] as number;
  const perOf = 1 / (spacing[of] as number);
  const perAlong = 1 / (spacing[along] as number);
  const shear = 0.25 * viscosity;
  const plane = first + k * strides[0];
  for (let j = 0; j <= ny; j++) {
    const row = plane + j * strideY;
    const shift = 2 + (j + 2) * strideY - row;
    for (let at = row; at <= row + nx; at++) {
      const before = own[at - b] as number;
      const here = own[at] as number;
      const flux = 0.5 * ((carried[at - a] as number) + (carried[at] as number));
      const face =
        flux >= 0
          ? (2 * here + 5 * before - (own[at - 2 * b] as number)) / 6
          : (2 * before + 5 * here - (own[at + b] as number)) / 6;
      const slope = perAlong * (here - before);
      const stress =
        of === along
          ? 2 *
            viscosity *
            (density[at - a] as number) *
            (slope - (divergence[at - a] as number) / 3)
          : shear *
            ((density[at] as number) +
              (density[at - a] as number) +
              ((density[at - b] as number) + (density[at - a - b] as number))) *
            (slope + perOf * ((other[at] as number) - (other[at - a] as number)));
      out[at + shift] = flux * face - stress;
    }
  }
}
