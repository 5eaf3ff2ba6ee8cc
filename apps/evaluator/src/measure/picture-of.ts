import { channelOf } from "@eddyflow/metrics";
import type { Layout } from "./layout.ts";

/** The channel that is drawn: the first, or the density where the fluid lies in layers between walls. */
export function picturedChannel({ grid, names }: Pick<Layout, "grid" | "names">): number {
  return grid.boundary[0] === "wall" ? Math.max(0, names.indexOf("density")) : 0;
}

/**
 * The part of a state `[...space, channel]` that is drawn: one channel, the whole of a plane `[y, x]`, or the upright
 * plane `[z, y]` in the middle of x of a volume `[z, y, x]`. Between walls the first axis is the height, and up is up
 * in the picture.
 */
export function pictureOf(state: Float32Array, layout: Layout): Float32Array {
  const [rows = 0, columns = 0, depth = 1] = layout.grid.shape;
  const field = channelOf(state, picturedChannel(layout), layout.channels);
  const middle = Math.floor(depth / 2);
  const isUpright = layout.grid.boundary[0] === "wall";
  return Float32Array.from({ length: rows * columns }, (_, i) => {
    const row = Math.floor(i / columns);
    const from = isUpright ? rows - 1 - row : row;
    return field[(from * columns + (i % columns)) * depth + middle] as number;
  });
}
