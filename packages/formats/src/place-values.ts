import { type FieldValues, unusable } from "./source.ts";

/** Where values go, and what they are called in errors. */
export interface PlaceTarget {
  /** `[...space, channel]` */
  readonly out: Float32Array;
  readonly channels: readonly string[];
  /** Components of the field, of which `components` are wanted. */
  readonly size: number;
  readonly space: readonly number[];
  readonly path: string;
  readonly trajectory: number;
  readonly frame: number;
}

/**
 * Puts the components of a field where they belong in `out`, and checks that each value is finite as a float32.
 *
 * @throws DataError naming the dataset, trajectory, frame, channel and place of a value that is not.
 */
export function placeValues(
  { data, componentsFirst, where }: FieldValues,
  components: readonly { readonly component: number; readonly at: number }[],
  { out, channels, size, space, path, trajectory, frame }: PlaceTarget,
): void {
  const points = out.length / channels.length;
  if (data.length !== points * size) {
    throw unusable(`${path}: ${where} has ${data.length} values`, `${points * size}`);
  }
  for (const { component, at } of components) {
    const [start, step] = componentsFirst ? [component * points, 1] : [component, size];
    for (let i = 0; i < points; i++) {
      const to = i * channels.length + at;
      const value = data[start + i * step] as number;
      out[to] = value;
      if (Number.isFinite(out[to])) continue;
      const index = space.map((length, axis) => {
        const below = space.slice(axis + 1).reduce((product, n) => product * n, 1);
        return Math.floor(i / below) % length;
      });
      throw unusable(
        `${path}: ${where} is ${value} at position ${start + i * step}, which is ${channels[at]} at [${index.join(", ")}] of frame ${frame} of trajectory ${trajectory}`,
        Number.isFinite(value) ? "values that a float32 holds" : "finite values",
      );
    }
  }
}
