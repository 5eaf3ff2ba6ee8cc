import { key, uniform } from "@eddyflow/random";
import { expect, test } from "vitest";
import { type Augmentation, drawIsometry } from "./augmentation.ts";
import { atRest, type Isometry, placeFrame, placement } from "./isometry.ts";
import type { FieldLayout } from "./layout.ts";

/** f(x) = Σ sin(2π k·x + p), x in fractions of the box: known with all its derivatives. */
interface Wave {
  readonly k: readonly number[];
  readonly p: number;
}
type Waves = readonly Wave[];

const phaseAt = ({ k, p }: Wave, x: readonly number[]) =>
  p + 2 * Math.PI * k.reduce((sum, number, axis) => sum + number * (x[axis] as number), 0);
const sumOf = (waves: Waves, term: (wave: Wave) => number) =>
  waves.reduce((sum, wave) => sum + term(wave), 0);
const heightOf = (waves: Waves, x: readonly number[]) =>
  sumOf(waves, (wave) => Math.sin(phaseAt(wave, x)));
const slope = (waves: Waves, x: readonly number[], i: number) =>
  sumOf(waves, (wave) => (wave.k[i] as number) * Math.cos(phaseAt(wave, x)));
const curvature = (waves: Waves, x: readonly number[], i: number, j: number) =>
  sumOf(waves, (w) => -(w.k[i] as number) * (w.k[j] as number) * Math.sin(phaseAt(w, x)));

/** The function that is seen after a motion of the grid: the same sum with moved wave vectors and phases. */
const movedWaves = (waves: Waves, { axes, flipped, shift }: Isometry, n: number): Waves =>
  waves.map((wave) => {
    const k = axes.map((axis, i) => (flipped[i] ? -1 : 1) * (wave.k[axis] as number));
    const origin = k.reduce((sum, number, i) => sum + (number * (shift[i] as number)) / n, 0);
    return { k, p: wave.p + 2 * Math.PI * origin };
  });

const wavesOf = (seed: number, axes: number): Waves => {
  const draws = uniform(key(seed), 4 * (axes + 1));
  return Array.from({ length: 4 }, (_, wave) => ({
    k: Array.from({ length: axes }, (__, i) =>
      Math.round(6 * (draws[wave * (axes + 1) + i] as number) - 3),
    ),
    p: 6 * (draws[wave * (axes + 1) + axes] as number),
  }));
};

const letters = ["a", "b", "c"] as const;

/** A scalar, its gradient, its symmetric matrix of second derivatives, and the product of two gradients. */
function layoutOf(axes: number, n: number): FieldLayout {
  const all = Array.from({ length: axes }, (_, i) => i);
  const name = (i: number) => letters[i] as string;
  // Components point along the axes in reversed order, as vx, vy on a grid [y, x] do.
  const along = [...all].reverse();
  const symmetric = (i: number, j: number) => `h_${[name(i), name(j)].sort().join("")}`;
  const products = along.map((i) => along.map((j) => `p_${name(i)}${name(j)}`));
  const second = along.map((i) => along.map((j) => symmetric(i, j)));
  return {
    grid: {
      shape: all.map(() => n),
      extent: all.map(() => 1),
      boundary: all.map(() => "periodic" as const),
    },
    channels: [
      ...new Set([...second.flat(), ...along.map((i) => `g_${name(i)}`), "s", ...products.flat()]),
    ],
    vectors: [{ channels: along.map((i) => `g_${name(i)}`), axes: along }],
    tensors: [
      { channels: second, axes: along },
      { channels: products, axes: along },
    ],
  };
}

/** The field of these functions, each channel by its closed form. */
function generate({ grid, channels }: FieldLayout, one: Waves, other: Waves): Float64Array {
  const axes = grid.shape.length;
  const n = grid.shape[0] as number;
  const index = (letter: string) => (letters as readonly string[]).indexOf(letter);
  const out = new Float64Array(n ** axes * channels.length);
  for (let point = 0; point < n ** axes; point++) {
    const x = Array.from(
      { length: axes },
      (_, axis) => ((Math.floor(point / n ** (axes - 1 - axis)) % n) + 0.5) / n,
    );
    for (const [c, channel] of channels.entries()) {
      const [kind, ends = ""] = channel.split("_");
      const [i, j] = [...ends].map(index) as [number, number];
      out[point * channels.length + c] = {
        s: () => heightOf(one, x),
        g: () => slope(one, x, i),
        h: () => curvature(one, x, i, j),
        p: () => slope(one, x, i) * slope(other, x, j),
      }[kind as "s" | "g" | "h" | "p"]();
    }
  }
  return out;
}

const all: Readonly<Record<2 | 3, Augmentation>> = {
  2: { flip: [0, 1], rotate: [[0, 1]], shift: [0, 1] },
  3: {
    flip: [0, 1, 2],
    rotate: [
      [0, 1],
      [1, 2],
    ],
    shift: [0, 1, 2],
  },
};
const n = 6;
const motions = ([2, 3] as const).flatMap((axes): [number, string, Isometry][] => {
  const rest = atRest(axes);
  const order = rest.axes;
  return [
    [axes, "a flip", { ...rest, flipped: order.map((k) => k === 1) }],
    [axes, "a transposition", { ...rest, axes: order.map((k) => [1, 0, 2][k] as number) }],
    [axes, "a shift", { ...rest, shift: order.map((k) => k + 2) }],
    ...Array.from({ length: 8 }, (_, i): [number, string, Isometry] => [
      axes,
      `random motion ${i}`,
      drawIsometry(
        all[axes],
        rest.axes.map(() => n),
        key(40 + i),
      ),
    ]),
  ];
});

test.each(motions)(
  "in %i-D %s of a field gives the field of the moved functions: scalar, vector, tensors",
  (axes, _, motion) => {
    const layout = layoutOf(axes, n);
    const count = layout.channels.length;
    // Wave vectors of the second function differ, so that the product of gradients is not symmetric.
    const [one, other] = [wavesOf(1, axes), wavesOf(2, axes)];
    const moved = new Float32Array(n ** axes * count);
    placeFrame(Float32Array.from(generate(layout, one, other)), placement(layout, motion), {
      values: moved,
      first: 0,
      pitch: count,
      mean: layout.channels.map(() => 0),
      std: layout.channels.map(() => 1),
    });
    const expected = generate(layout, movedWaves(one, motion, n), movedWaves(other, motion, n));
    for (const [i, value] of moved.entries()) {
      if (Math.abs(value - (expected[i] as number)) < 1e-4) continue;
      expect.fail(`${layout.channels[i % count]}: ${value}, not ${expected[i]}`);
    }
  },
);
