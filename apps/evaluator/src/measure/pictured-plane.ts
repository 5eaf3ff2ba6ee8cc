import type { StoreDescription } from "@eddyflow/datasets";

/** An axis of a picture. */
interface PicturedAxis {
  readonly name: string;
  /** Length of the box along it, in the units of the problem. */
  readonly extent: number;
}

/** Where a picture lies in the box. */
export interface PicturedPlane {
  /** Grid points per axis, the upright axis first. */
  readonly shape: readonly [number, number];
  readonly axes: readonly [PicturedAxis, PicturedAxis];
  /** Of a volume, the axis across the picture and the point where it is cut, from 1; null where nothing is cut. */
  readonly cut: { readonly name: string; readonly point: number; readonly points: number } | null;
}

/** What `pictureOf` shows of a grid; null where it has a single axis. */
export function picturedPlane({
  grid: { shape, extent },
  vectors = [],
}: Pick<StoreDescription, "grid" | "vectors">): PicturedPlane | null {
  const [rows, columns, depth] = shape;
  if (rows === undefined || columns === undefined) return null;
  const named = axisNames(shape.length, vectors);
  const axis = (index: number): PicturedAxis => ({
    name: named[index] as string,
    extent: extent[index] as number,
  });
  return {
    shape: [rows, columns],
    axes: [axis(0), axis(1)],
    cut:
      depth === undefined
        ? null
        : { name: named[2] as string, point: Math.floor(depth / 2) + 1, points: depth },
  };
}

/** The last letter of a velocity along an axis names the axis; where none does, axes are z, y, x in array order. */
function axisNames(rank: number, vectors: NonNullable<StoreDescription["vectors"]>): string[] {
  const usual = ["z", "y", "x"].slice(-rank);
  const told = usual.map((_, axis) =>
    vectors
      .flatMap(({ channels, axes }) => channels[axes.indexOf(axis)]?.match(/[xyz]$/u) ?? [])
      .at(0),
  );
  return told.every((name) => name !== undefined) && new Set(told).size === rank
    ? (told as string[])
    : usual;
}
