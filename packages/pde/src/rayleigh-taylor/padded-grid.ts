/**
 * A staggered grid `[z, y, x]`, periodic along x and y, with walls at both ends of z, in arrays with two ghost cells at
 * each end of each axis. Cell (k, j, i) lies at `first + k·strideZ + j·strideY + i`; at the same place stand the values
 * on its lower faces along each axis.
 */
export interface PaddedGrid {
  /** Cells per axis, `[z, y, x]`. */
  readonly shape: readonly [nz: number, ny: number, nx: number];
  /** Size of a cell along each axis. */
  readonly spacing: readonly [hz: number, hy: number, hx: number];
  /** Distance between neighbours along each axis. */
  readonly strides: readonly [strideZ: number, strideY: number, strideX: number];
  /** Place of the first cell. */
  readonly first: number;
  /** Length of an array. */
  readonly size: number;
}

export function paddedGrid(
  shape: readonly [number, number, number],
  extent: readonly [number, number, number],
): PaddedGrid {
  const [nz, ny, nx] = shape;
  const strideY = nx + 4;
  const strideZ = strideY * (ny + 4);
  return {
    shape,
    spacing: [extent[0] / nz, extent[1] / ny, extent[2] / nx],
    strides: [strideZ, strideY, 1],
    first: 2 * (strideZ + strideY + 1),
    size: strideZ * (nz + 4),
  };
}

/** Fills the ghosts along x and y of the planes of cells, and of one more above. */
export function fillSides(
  { shape: [nz, ny, nx], strides: [strideZ, strideY], first }: PaddedGrid,
  field: Float64Array,
): void {
  for (let k = 0; k <= nz; k++) {
    const plane = first + k * strideZ;
    for (let j = 0; j < ny; j++) {
      const at = plane + j * strideY;
      field[at - 2] = field[at + nx - 2] as number;
      field[at - 1] = field[at + nx - 1] as number;
      field[at + nx] = field[at] as number;
      field[at + nx + 1] = field[at + 1] as number;
    }
    const corner = plane - 2;
    field.copyWithin(corner - 2 * strideY, corner + (ny - 2) * strideY, corner + ny * strideY);
    field.copyWithin(corner + ny * strideY, corner, corner + 2 * strideY);
  }
}

/** Fills all ghosts of a field that a wall mirrors: what stands at the centres of cells along z. */
export function fillGhosts(grid: PaddedGrid, field: Float64Array): void {
  fillSides(grid, field);
  const { shape, strides } = grid;
  const [nz, plane] = [shape[0], strides[0]];
  const copy = (to: number, from: number) =>
    field.copyWithin((to + 2) * plane, (from + 2) * plane, (from + 3) * plane);
  copy(-1, 0);
  copy(-2, 1);
  copy(nz, nz - 1);
  copy(nz + 1, nz - 2);
}

/** Fills all ghosts of a velocity along z, which vanishes on the walls and changes its sign beyond. */
export function fillGhostsNormal(grid: PaddedGrid, field: Float64Array): void {
  const { shape, strides } = grid;
  const [nz, plane] = [shape[0], strides[0]];
  field.fill(0, 2 * plane, 3 * plane);
  field.fill(0, (nz + 2) * plane, (nz + 3) * plane);
  fillSides(grid, field);
  const negate = (to: number, from: number) => {
    const shift = (from - to) * plane;
    for (let at = (to + 2) * plane; at < (to + 3) * plane; at++)
      field[at] = -(field[at + shift] as number);
  };
  negate(-1, 1);
  negate(-2, 2);
  negate(nz + 1, nz - 1);
}
