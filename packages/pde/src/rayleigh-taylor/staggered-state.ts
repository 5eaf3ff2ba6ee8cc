import { DataError, ShapeError } from "@eddyflow/core";
import type { FaceVectors } from "./density-projection.ts";
import { applyAlong, periodicInterpolation, wallInterpolation } from "./face-interpolation.ts";
import type { PaddedGrid } from "./padded-grid.ts";

/** States at the centres of cells, `[z, y, x, channel]` of vx, vy, vz, density, and the same on a staggered grid. */
export interface StaggeredState {
  /**
   * Writes a state into the cells of `density` and the faces of `velocity`, without their ghosts.
   *
   * @throws ShapeError when the state does not fit.
   * @throws DataError for a density that is not positive and values that are not finite.
   */
  read(state: Float64Array, density: Float64Array, velocity: FaceVectors): void;
  write(density: Float64Array, velocity: FaceVectors): Float64Array;
}

/** Plans the way between centres and faces: see `periodicInterpolation` and `wallInterpolation`. */
export function staggeredState({
  shape: [nz, ny, nx],
  strides: [strideZ, strideY],
  first,
}: PaddedGrid): StaggeredState {
  const cells = nz * ny * nx;
  const centred = new Float64Array(cells);
  const staggered = new Float64Array(cells);
  // In the order of the axes z, y, x; the channel of a component is 2 − axis.
  const axes = [
    { matrix: wallInterpolation(nz), view: [1, nz, ny * nx] },
    { matrix: periodicInterpolation(ny), view: [nz, ny, nx] },
    { matrix: periodicInterpolation(nx), view: [nz * ny, nx, 1] },
  ] as const;

  /** Calls `visit` with the place of each cell in a padded array, in order. */
  function visit(each: (at: number, cell: number) => void): void {
    let cell = 0;
    for (let k = 0; k < nz; k++) {
      for (let j = 0; j < ny; j++) {
        const row = first + k * strideZ + j * strideY;
        for (let at = row; at < row + nx; at++) each(at, cell++);
      }
    }
  }

  return {
    read(state, density, velocity) {
      if (state.length !== 4 * cells) {
        throw new ShapeError({
          problem: `the state has ${state.length} numbers`,
          expected: `${4 * cells}, for a grid of ${nz} × ${ny} × ${nx} cells with 4 channels`,
          remedy: "bring it to the grid of the solver, and give vx, vy, vz, density",
        });
      }
      visit((at, cell) => {
        const rho = state[4 * cell + 3] as number;
        const sum =
          (state[4 * cell] as number) +
          (state[4 * cell + 1] as number) +
          (state[4 * cell + 2] as number);
        if (!(rho > 0 && Number.isFinite(rho + sum))) {
          throw new DataError({
            problem: `the state in cell ${cell} is vx ${state[4 * cell]}, vy ${state[4 * cell + 1]}, vz ${state[4 * cell + 2]}, density ${rho}`,
            expected: "finite values with positive density",
            remedy: "look at the initial state and its channel order vx, vy, vz, density",
          });
        }
        density[at] = rho;
      });
      axes.forEach(({ matrix, view }, axis) => {
        for (let cell = 0; cell < cells; cell++)
          centred[cell] = state[4 * cell + 2 - axis] as number;
        applyAlong(matrix, view, centred, staggered, { transpose: true });
        const out = velocity[axis] as Float64Array;
        visit((at, cell) => {
          out[at] = staggered[cell] as number;
        });
      });
    },
    write(density, velocity) {
      const state = new Float64Array(4 * cells);
      axes.forEach(({ matrix, view }, axis) => {
        const input = velocity[axis] as Float64Array;
        visit((at, cell) => {
          staggered[cell] = input[at] as number;
        });
        applyAlong(matrix, view, staggered, centred, { transpose: false });
        for (let cell = 0; cell < cells; cell++)
          state[4 * cell + 2 - axis] = centred[cell] as number;
      });
      visit((at, cell) => {
        state[4 * cell + 3] = density[at] as number;
      });
      return state;
    },
  };
}
