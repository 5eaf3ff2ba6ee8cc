import { layeredPoisson } from "./layered-poisson.ts";
import { fillGhosts, fillGhostsNormal, fillSides, type PaddedGrid } from "./padded-grid.ts";

/** Velocities along z, y and x on the lower faces of the cells. */
export type FaceVectors = readonly [z: Float64Array, y: Float64Array, x: Float64Array];

/** A planned projection of the velocity of a mixture of two miscible fluids. */
export interface DensityProjection {
  /**
   * Takes u to u − s(1/ρ)∇p such that ∇·(u + κ∇ρ/ρ) = 0, and fills its ghosts; those of ρ are filled already. The
   * iteration starts from the last two pressures of this `stage`, carried on in a straight line.
   */
  project(density: Float64Array, velocity: FaceVectors, s: number, stage: 0 | 1): void;
  /** Forgets the pressures. */
  reset(): void;
}

/** Part of the right-hand side that the iteration may leave. */
const tolerance = 1e-6;

/** Part of the terms of a divergence that is noise. */
const roundOff = 1e-13;

/** Enough for any density ratio in use; what would remain is removed all the same. */
const mostIterations = 60;

/**
 * Plans the projection. −∇·((1/ρ)∇p) = f is solved by conjugate gradients, preconditioned by the direct solver for the
 * horizontal mean of 1/ρ, until a 10⁻⁶th of f is left. That remainder is taken away by the gradient that the direct solver
 * gives, so the constraint holds to round-off while the forces are right to 10⁻⁶.
 */
export function densityProjection(grid: PaddedGrid, diffusivity: number): DensityProjection {
  const {
    shape: [nz, ny, nx],
    spacing: [hz, hy, hx],
    strides: [strideZ, strideY],
    strides,
    spacing,
    first,
    size,
  } = grid;
  const poisson = layeredPoisson(grid);
  const field = () => new Float64Array(size);
  const guess = field();
  const pressures = [0, 1].map(() => ({ known: false, latest: field(), previous: field() }));
  const change = field();
  const direction = field();
  const residual = field();
  const image = field();
  /** 1/ρ on the faces, 0 on walls. */
  const volume: FaceVectors = [field(), field(), field()];
  const centres = new Float64Array(nz);
  const faces = new Float64Array(nz + 1);

  function setVolumes(density: Float64Array): void {
    for (let axis = 0; axis < 3; axis++) {
      const out = volume[axis] as Float64Array;
      const stride = strides[axis] as number;
      for (let k = axis === 0 ? 1 : 0; k < nz; k++) {
        let sum = 0;
        for (let j = 0; j < ny; j++) {
          const row = first + k * strideZ + j * strideY;
          for (let at = row; at < row + nx; at++) {
            const value = 2 / ((density[at] as number) + (density[at - stride] as number));
            out[at] = value;
            sum += value;
          }
        }
        if (axis === 0) faces[k] = sum / (ny * nx);
        if (axis === 2) centres[k] = sum / (ny * nx);
      }
      fillSides(grid, out);
    }
    poisson.factor(centres, faces);
  }

  /** Norm of the terms that the divergence written last was summed from. */
  let terms = 0;

  /** Writes −∇·(u + κ∇ρ/ρ), and returns its norm. */
  function divergence(density: Float64Array, velocity: FaceVectors): number {
    const [w, v, u] = velocity;
    const [bz, by, bx] = volume;
    const mixZ = diffusivity / (hz * hz);
    const mixY = diffusivity / (hy * hy);
    const mixX = diffusivity / (hx * hx);
    let square = 0;
    let squares = 0;
    for (let k = 0; k < nz; k++) {
      for (let j = 0; j < ny; j++) {
        const row = first + k * strideZ + j * strideY;
        for (let at = row; at < row + nx; at++) {
          const up = at + strideZ;
          const back = at + strideY;
          const rho = density[at] as number;
          const z =
            ((w[up] as number) - (w[at] as number)) / hz +
            mixZ *
              ((bz[up] as number) * ((density[up] as number) - rho) -
                (bz[at] as number) * (rho - (density[at - strideZ] as number)));
          const y =
            ((v[back] as number) - (v[at] as number)) / hy +
            mixY *
              ((by[back] as number) * ((density[back] as number) - rho) -
                (by[at] as number) * (rho - (density[at - strideY] as number)));
          const x =
            ((u[at + 1] as number) - (u[at] as number)) / hx +
            mixX *
              ((bx[at + 1] as number) * ((density[at + 1] as number) - rho) -
                (bx[at] as number) * (rho - (density[at - 1] as number)));
          const value = -(z + y + x);
          residual[at] = value;
          square += value * value;
          squares += z * z + y * y + x * x;
        }
      }
    }
    terms = Math.sqrt(squares);
    return Math.sqrt(square);
  }

  /** Writes −∇·((1/ρ)∇d) of the direction d, and returns its inner product with d. */
  function applyOperator(): number {
    const [bz, by, bx] = volume;
    const scaleZ = 1 / (hz * hz);
    const scaleY = 1 / (hy * hy);
    const scaleX = 1 / (hx * hx);
    let product = 0;
    for (let k = 0; k < nz; k++) {
      for (let j = 0; j < ny; j++) {
        const row = first + k * strideZ + j * strideY;
        for (let at = row; at < row + nx; at++) {
          const up = at + strideZ;
          const back = at + strideY;
          const d = direction[at] as number;
          const value =
            scaleZ *
              ((bz[up] as number) * (d - (direction[up] as number)) +
                (bz[at] as number) * (d - (direction[at - strideZ] as number))) +
            scaleY *
              ((by[back] as number) * (d - (direction[back] as number)) +
                (by[at] as number) * (d - (direction[at - strideY] as number))) +
            scaleX *
              ((bx[at + 1] as number) * (d - (direction[at + 1] as number)) +
                (bx[at] as number) * (d - (direction[at - 1] as number)));
          image[at] = value;
          product += d * value;
        }
      }
    }
    return product;
  }

  /** Takes scale·(1/ρ)∇ψ, and (1/ρ)'s mean over the plane times ∇φ, from the velocity. */
  function subtractGradient(
    velocity: FaceVectors,
    scale: number,
    psi: Float64Array,
    phi: Float64Array | null,
  ): void {
    for (let axis = 0; axis < 3; axis++) {
      const target = velocity[axis] as Float64Array;
      const beta = volume[axis] as Float64Array;
      const stride = strides[axis] as number;
      const per = 1 / (spacing[axis] as number);
      for (let k = axis === 0 ? 1 : 0; k < nz; k++) {
        const mean = per * ((axis === 0 ? faces : centres)[k] as number);
        for (let j = 0; j < ny; j++) {
          const row = first + k * strideZ + j * strideY;
          for (let at = row; at < row + nx; at++) {
            let value =
              scale *
              per *
              (beta[at] as number) *
              ((psi[at] as number) - (psi[at - stride] as number));
            if (phi !== null) value += mean * ((phi[at] as number) - (phi[at - stride] as number));
            target[at] = (target[at] as number) - value;
          }
        }
      }
    }
    const [w, v, u] = velocity;
    fillGhostsNormal(grid, w);
    fillGhosts(grid, v);
    fillGhosts(grid, u);
  }

  /**
   * Takes the mean from the residual, which no pressure can change: of a divergence it is round-off, and where little
   * else is left the iteration would chase it.
   */
  function removeMean(): void {
    let sum = 0;
    for (let k = 0; k < nz; k++) {
      for (let j = 0; j < ny; j++) {
        const row = first + k * strideZ + j * strideY;
        for (let at = row; at < row + nx; at++) sum += residual[at] as number;
      }
    }
    const mean = sum / (nz * ny * nx);
    for (let k = 0; k < nz; k++) {
      for (let j = 0; j < ny; j++) {
        const row = first + k * strideZ + j * strideY;
        for (let at = row; at < row + nx; at++) residual[at] = (residual[at] as number) - mean;
      }
    }
  }

  /** Conjugate gradients from the residual; writes `change` and returns when the residual's norm is at most `goal`. */
  function iterate(norm: number, goal: number): void {
    change.fill(0);
    removeMean();
    let left = norm;
    let before = 0;
    for (let iteration = 0; iteration < mostIterations && left > goal; iteration++) {
      poisson.solve(residual, image);
      let product = 0;
      for (let k = 0; k < nz; k++) {
        for (let j = 0; j < ny; j++) {
          const row = first + k * strideZ + j * strideY;
          for (let at = row; at < row + nx; at++) {
            product += (residual[at] as number) * (image[at] as number);
          }
        }
      }
      // What is left is too small to be told from nothing.
      if (!(product > 0)) break;
      const keep = iteration === 0 ? 0 : product / before;
      before = product;
      for (let k = 0; k < nz; k++) {
        for (let j = 0; j < ny; j++) {
          const row = first + k * strideZ + j * strideY;
          for (let at = row; at < row + nx; at++) {
            direction[at] = (image[at] as number) + keep * (direction[at] as number);
          }
        }
      }
      fillGhosts(grid, direction);
      const curvature = applyOperator();
      if (!(curvature > 0)) break;
      const length = product / curvature;
      let square = 0;
      for (let k = 0; k < nz; k++) {
        for (let j = 0; j < ny; j++) {
          const row = first + k * strideZ + j * strideY;
          for (let at = row; at < row + nx; at++) {
            change[at] = (change[at] as number) + length * (direction[at] as number);
            const rest = (residual[at] as number) - length * (image[at] as number);
            residual[at] = rest;
            square += rest * rest;
          }
        }
      }
      left = Math.sqrt(square);
    }
    fillGhosts(grid, change);
  }

  return {
    project(density, velocity, s, stage) {
      setVolumes(density);
      fillSides(grid, velocity[1]);
      fillSides(grid, velocity[2]);
      const norm = divergence(density, velocity);
      const history = pressures[stage] as (typeof pressures)[number];
      const { known, latest, previous } = history;
      if (known) {
        for (let at = 0; at < size; at++) {
          guess[at] = 2 * (latest[at] as number) - (previous[at] as number);
        }
        subtractGradient(velocity, s, guess, null);
      }
      const left = known ? divergence(density, velocity) : norm;
      iterate(left, Math.max(tolerance * norm, roundOff * terms));
      poisson.solve(residual, image);
      fillGhosts(grid, image);
      subtractGradient(velocity, 1, change, image);
      for (let at = 0; at < size; at++) {
        const update = ((change[at] as number) + (image[at] as number)) / s;
        previous[at] = known ? (guess[at] as number) + update : update;
      }
      if (!known) latest.set(previous);
      history.known = true;
      history.latest = previous;
      history.previous = latest;
    },
    reset() {
      for (const history of pressures) history.known = false;
    },
  };
}
