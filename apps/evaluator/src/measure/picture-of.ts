import { timestampChannel } from "@eddyflow/datasets";
import { channelOf } from "@eddyflow/metrics";
import type { Layout } from "./layout.ts";

/**
 * The channels that are drawn: all but the time, the one to look at first before the others. That is the density where
 * the fluid lies in layers between walls.
 */
export function picturedChannels({
  grid: { boundary },
  names,
}: Pick<Layout, "grid" | "names">): string[] {
  const fields = names.filter((name) => name !== timestampChannel);
  const first = boundary[0] === "wall" && fields.includes("density") ? "density" : fields[0];
  return fields.toSorted((a, b) => Number(b === first) - Number(a === first));
}

/**
 * The part of a state `[...space, channel]` that is drawn of one channel: the whole of a plane `[y, x]`, or the upright
 * plane `[z, y]` in the middle of x of a volume `[z, y, x]`. The first axis points up: its last row comes first.
 */
export function pictureOf(state: Float32Array, layout: Layout, channel: string): Float32Array {
  const [rows = 0, columns = 0, depth = 1] = layout.grid.shape;
  const field = channelOf(state, layout.names.indexOf(channel), layout.channels);
  const middle = Math.floor(depth / 2);
  return Float32Array.from({ length: rows * columns }, (_, i) => {
    const row = rows - 1 - Math.floor(i / columns);
    return field[(row * columns + (i % columns)) * depth + middle] as number;
  });
}
