import { channelOf, type Layout } from "./layout.ts";

/** The channel that is drawn: the first, but of what lies in layers between walls the density. */
export function picturedChannel({ boundary, names }: Pick<Layout, "boundary" | "names">): number {
  return boundary[0] === "wall" ? Math.max(0, names.indexOf("density")) : 0;
}

/**
 * What is drawn of a state `[...space, channel]`, one channel: all of a plane `[y, x]`, of a volume `[z, y, x]` the upright
 * plane `[z, y]` in the middle of x. Between walls the first axis is the height, which grows upwards in the picture.
 */
export function pictureOf(state: Float32Array, layout: Layout): Float32Array {
  const [rows = 0, columns = 0, depth = 1] = layout.gridShape;
  const field = channelOf(state, picturedChannel(layout), layout.channels);
  const middle = Math.floor(depth / 2);
  const isUpright = layout.boundary[0] === "wall";
  return Float32Array.from({ length: rows * columns }, (_, i) => {
    const row = Math.floor(i / columns);
    const from = isUpright ? rows - 1 - row : row;
    return field[(from * columns + (i % columns)) * depth + middle] as number;
  });
}
