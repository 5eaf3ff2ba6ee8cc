import type { FaceVectors } from "./density-projection.ts";
import { fillGhosts, fillGhostsNormal, paddedGrid } from "./padded-grid.ts";
import { writeDivergence, writeVolumeFlux } from "./staggered-fluxes.ts";
import { staggeredState } from "./staggered-state.ts";

/** What `mixtureDivergence` needs to know. */
export interface MixtureDivergenceOptions {
  /** Length of the box along each axis, or `[z, y, x]`; default 1. */
  readonly extent?: number | readonly [z: number, y: number, x: number];
  /** Diffusivity κ. */
  readonly diffusivity: number;
}

/**
 * How far a state of two miscible fluids is from ∇·u + κ∇·(∇ρ/ρ) = 0: the largest value of the left side over the cells,
 * relative to the largest |∂u/∂x| + |∂v/∂y| + |∂w/∂z|, by the differences of `rayleighTaylor3d` on its staggered grid.
 * 0 for a fluid at rest.
 *
 * @param shape cells `[z, y, x]` of the state `[z, y, x, channel]`.
 * @throws ShapeError when the state does not fit the shape.
 * @throws DataError for a density that is not positive and values that are not finite.
 */
export function mixtureDivergence(
  state: Float64Array,
  shape: readonly [nz: number, ny: number, nx: number],
  { extent: lengths = 1, diffusivity }: MixtureDivergenceOptions,
): number {
  const extent = typeof lengths === "number" ? ([lengths, lengths, lengths] as const) : lengths;
  const grid = paddedGrid(shape, extent);
  const field = () => new Float64Array(grid.size);
  const vectors = (): FaceVectors => [field(), field(), field()];
  const density = field();
  const velocity = vectors();
  staggeredState(grid).read(state, density, velocity);
  fillGhosts(grid, density);
  fillGhostsNormal(grid, velocity[0]);
  fillGhosts(grid, velocity[1]);
  fillGhosts(grid, velocity[2]);
  const volume = vectors();
  volume.forEach((out, axis) => {
    writeVolumeFlux(grid, axis, diffusivity, density, velocity[axis] as Float64Array, out);
    (axis === 0 ? fillGhostsNormal : fillGhosts)(grid, out);
  });
  const divergence = field();
  writeDivergence(grid, volume, divergence);

  const [nz, ny, nx] = shape;
  let [largest, scale] = [0, 0];
  for (let k = 0; k < nz; k++) {
    for (let j = 0; j < ny; j++) {
      for (let i = 0; i < nx; i++) {
        const at = grid.first + k * grid.strides[0] + j * grid.strides[1] + i;
        const terms = velocity.map(
          (u, axis) =>
            Math.abs((u[at + (grid.strides[axis] as number)] as number) - (u[at] as number)) /
            (grid.spacing[axis] as number),
        );
        largest = Math.max(largest, Math.abs(divergence[at] as number));
        scale = Math.max(
          scale,
          terms.reduce((sum, term) => sum + term, 0),
        );
      }
    }
  }
  return largest === 0 ? 0 : largest / scale;
}
