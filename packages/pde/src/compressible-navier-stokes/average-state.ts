import { ShapeError } from "@eddyflow/core";

/** What `averageState` needs to know. */
export interface AverageStateOptions {
  /** Ratio of specific heats γ of the gas; default 5/3. */
  readonly gamma?: number;
}

/**
 * A compressible state averaged to fewer cells: mass, momentum and energy of a coarse cell are the means of
 * those of the fine cells inside it, and velocity and pressure follow from them. Motion too fine for the coarse
 * grid is thus found as heat, and all three totals stay what they were.
 *
 * @param state `[y, x, channel]` with channels vx, vy, density, pressure on `from` = `[y, x]` cells.
 * @returns the state on `to` = `[y, x]` cells.
 * @throws ShapeError unless the state fits `from` and `to` divides it, axis by axis.
 */
export function averageState(
  state: Float64Array,
  from: readonly number[],
  to: readonly number[],
  { gamma = 5 / 3 }: AverageStateOptions = {},
): Float64Array {
  const [ny = 0, nx = 0] = from;
  const [my = 0, mx = 0] = to;
  const [blockY, blockX] = [ny / my, nx / mx];
  const whole = Number.isSafeInteger(blockY) && Number.isSafeInteger(blockX);
  if (from.length !== 2 || to.length !== 2 || !whole || state.length !== 4 * ny * nx) {
    throw new ShapeError({
      problem: `${state.length} numbers on [${from.join(", ")}] cells cannot be averaged to [${to.join(", ")}]`,
      expected: "four channels on [y, x] cells, whole blocks of which make a coarse cell",
      remedy: "take a grid whose cells divide those of the state",
    });
  }
  const coarse = new Float64Array(4 * my * mx);
  for (let j = 0; j < ny; j++) {
    for (let i = 0; i < nx; i++) {
      const at = 4 * (j * nx + i);
      const to = 4 * (Math.floor(j / blockY) * mx + Math.floor(i / blockX));
      const vx = state[at] as number;
      const vy = state[at + 1] as number;
      const density = state[at + 2] as number;
      const energy = (state[at + 3] as number) / (gamma - 1) + 0.5 * density * (vx * vx + vy * vy);
      coarse[to] = (coarse[to] as number) + density * vx;
      coarse[to + 1] = (coarse[to + 1] as number) + density * vy;
      coarse[to + 2] = (coarse[to + 2] as number) + density;
      coarse[to + 3] = (coarse[to + 3] as number) + energy;
    }
  }
  const share = 1 / (blockY * blockX);
  for (let at = 0; at < coarse.length; at += 4) {
    const mass = coarse[at + 2] as number;
    const vx = (coarse[at] as number) / mass;
    const vy = (coarse[at + 1] as number) / mass;
    const density = share * mass;
    coarse[at] = vx;
    coarse[at + 1] = vy;
    coarse[at + 2] = density;
    coarse[at + 3] =
      (gamma - 1) * (share * (coarse[at + 3] as number) - 0.5 * density * (vx * vx + vy * vy));
  }
  return coarse;
}
