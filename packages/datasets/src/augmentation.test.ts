import { isEddyflowError } from "@eddyflow/core";
import { key, normal } from "@eddyflow/random";
import { expect, test } from "vitest";
import { type Augmentation, checkAugmentation, drawIsometry } from "./augmentation.ts";
import { atRest, type Isometry, placeFrame, placement } from "./isometry.ts";
import type { FieldLayout } from "./layout.ts";

const n = 6;
const cube: FieldLayout = {
  grid: { shape: [n, n, n], extent: [1, 1, 1], boundary: ["periodic", "periodic", "periodic"] },
  channels: ["vx", "p", "vz", "vy"],
  vectors: [{ channels: ["vx", "vy", "vz"], axes: [2, 1, 0] }],
};
/** The channel of the component along each axis. */
const along = [2, 3, 0];

function moved(field: Float32Array, layout: FieldLayout, motion: Isometry): Float32Array {
  const values = new Float32Array(field.length);
  const channels = layout.channels.length;
  const [mean, std] = [layout.channels.map(() => 0), layout.channels.map(() => 1)];
  placeFrame(field, placement(layout, motion), { values, first: 0, pitch: channels, mean, std });
  return values;
}

type Scalar = (z: number, y: number, x: number) => number;
const wrap = (i: number) => (i + n) % n;
const at = (field: ArrayLike<number>, channels: number, channel: number): Scalar => {
  return (z, y, x) => field[((wrap(z) * n + wrap(y)) * n + wrap(x)) * channels + channel] as number;
};
/** The central difference along an axis, without its division. */
const difference =
  (u: Scalar, axis: number): Scalar =>
  (z, y, x) => {
    const [a, b] = [
      [z, y, x],
      [z, y, x],
    ] as [[number, number, number], [number, number, number]];
    a[axis] = (a[axis] as number) + 1;
    b[axis] = (b[axis] as number) - 1;
    return u(...a) - u(...b);
  };
const everywhere = (u: Scalar): Float32Array =>
  Float32Array.from({ length: n ** 3 }, (_, i) =>
    u(Math.floor(i / (n * n)), Math.floor(i / n) % n, i % n),
  );
const scalar: FieldLayout = { grid: cube.grid, channels: ["s"] };
const vector: FieldLayout = {
  grid: cube.grid,
  channels: ["along0", "along1", "along2"],
  vectors: [{ channels: ["along0", "along1", "along2"], axes: [0, 1, 2] }],
};

/** Multiples of a quarter: differences and their sums are exact, in any order. */
const field = normal(key(1), n ** 3 * 4).map((value) => Math.round(4 * value) / 4);
const rest = atRest(3);
const motions: readonly [string, Isometry][] = [
  ["a flip", { ...rest, flipped: [false, true, false] }],
  ["two flips", { ...rest, flipped: [true, false, true] }],
  ["a shift", { ...rest, shift: [0, 5, 2] }],
  ["a quarter turn", { ...rest, axes: [0, 2, 1], flipped: [false, false, true] }],
  ["all of them", { axes: [2, 0, 1], flipped: [true, false, true], shift: [1, 4, 3] }],
  ...[0, 1, 2, 3, 4, 5].map((i): [string, Isometry] => {
    const all: Augmentation = {
      flip: [0, 1, 2],
      rotate: [
        [0, 1],
        [2, 0],
      ],
      shift: [0, 1, 2],
    };
    return [`random motion ${i}`, drawIsometry(all, [n, n, n], key(i))];
  }),
];

test.each(motions)("divergence commutes with %s", (_, motion) => {
  const divergence = (values: Float32Array) =>
    everywhere((z, y, x) =>
      along.reduce((sum, c, axis) => sum + difference(at(values, 4, c), axis)(z, y, x), 0),
    );
  expect(divergence(moved(field, cube, motion))).toEqual(moved(divergence(field), scalar, motion));
});

test.each(motions)("the gradient of a scalar commutes with %s, as a vector", (_, motion) => {
  const gradient = (values: Float32Array) => {
    const parts = [0, 1, 2].map((axis) => everywhere(difference(at(values, 4, 1), axis)));
    return Float32Array.from({ length: 3 * n ** 3 }, (_, i) =>
      Number(parts[i % 3]?.[Math.floor(i / 3)]),
    );
  };
  const [one, other] = [
    gradient(moved(field, cube, motion)),
    moved(gradient(field), vector, motion),
  ];
  // A sign is put on a zero as well.
  expect(one.map((value) => value + 0)).toEqual(other.map((value) => value + 0));
});

test.each(motions)("advection commutes with %s", (_, motion) => {
  const advection = (values: Float32Array) => {
    const parts = along.map((c) =>
      everywhere((z, y, x) =>
        along.reduce(
          (sum, by, axis) =>
            sum + at(values, 4, by)(z, y, x) * difference(at(values, 4, c), axis)(z, y, x),
          0,
        ),
      ),
    );
    return Float32Array.from({ length: 3 * n ** 3 }, (_, i) =>
      Number(parts[i % 3]?.[Math.floor(i / 3)]),
    );
  };
  const [one, other] = [
    advection(moved(field, cube, motion)),
    moved(advection(field), vector, motion),
  ];
  expect(one.map((value) => value + 0)).toEqual(other.map((value) => value + 0));
});

test("a quarter turn carries axis 0 to axis 1 with its point and its arrow", () => {
  const plane: FieldLayout = {
    grid: { shape: [3, 3], extent: [1, 1], boundary: ["wall", "wall"] },
    channels: ["vx", "vy", "s"],
    vectors: [{ channels: ["vx", "vy"], axes: [1, 0] }],
  };
  // An arrow along x in the corner (y, x) = (0, 1).
  const one = new Float32Array(27);
  one.set([1, 0, 7], 1 * 3);
  const turned = moved(one, plane, { axes: [1, 0], flipped: [false, true], shift: [0, 0] });
  const arrows = Array.from({ length: 9 }, (_, i) => [...turned.slice(3 * i, 3 * i + 3)]);
  // New y is old x = 1; new x is old y = 0 counted backwards, 2.
  expect(arrows[1 * 3 + 2]).toEqual([-0, 1, 7]);
  expect(arrows.filter((arrow) => arrow.some((value) => value !== 0))).toHaveLength(1);
});

test("values are moved in physical units and normalised after that", () => {
  const line: FieldLayout = {
    grid: { shape: [2], extent: [1], boundary: ["periodic"] },
    channels: ["v"],
    vectors: [{ channels: ["v"], axes: [0] }],
  };
  const values = new Float32Array(2);
  const flip = placement(line, { axes: [0], flipped: [true], shift: [0] });
  placeFrame(Float32Array.of(3, 5), flip, { values, first: 0, pitch: 1, mean: [1], std: [2] });
  expect([...values]).toEqual([-3, -2]);
});

test("every motion of a set comes, equally often", () => {
  const counts = new Map<string, number>();
  const draws = 4000;
  for (let i = 0; i < draws; i++) {
    const motion = drawIsometry({ rotate: [[0, 1]], shift: [0] }, [3, 3], key(i));
    const name = JSON.stringify(motion);
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  expect(counts.size).toBe(12);
  const expected = draws / 12;
  const deviation = [...counts.values()].reduce(
    (sum, c) => sum + (c - expected) ** 2 / expected,
    0,
  );
  // χ² of 11 degrees of freedom is above 31.3 once in a thousand.
  expect(deviation).toBeLessThan(31.3);
  expect(drawIsometry({}, [3, 3], key(0))).toEqual(atRest(2));
});

const box: FieldLayout = {
  grid: { shape: [4, 4, 8], extent: [1, 1, 2], boundary: ["periodic", "wall", "periodic"] },
  channels: ["vx", "vz"],
  vectors: [{ channels: ["vx", "vz"], axes: [2, 0] }],
};
test.each<[Augmentation, string]>([
  [{ flip: [3] }, "no axis 3"],
  [{ shift: [1] }, "a shift along axis 1, which has walls"],
  [{ rotate: [[0, 1]] }, "a rotation in the plane of the axes 0 and 1"],
  [{ rotate: [[0, 2]] }, "a rotation in the plane of the axes 0 and 2"],
  [{ rotate: [[0, 0]] }, "a rotation in the plane of the axes 0 and 0"],
])("%j is refused where the data have no such symmetry", (augmentation, part) => {
  try {
    checkAugmentation(box, augmentation);
    expect.unreachable();
  } catch (error) {
    expect(isEddyflowError(error, "ArgumentError"), String(error)).toBe(true);
    expect((error as Error).message).toContain(part);
  }
});

test("a turn needs both components of a vector, a flip needs none", () => {
  const boundary = ["periodic", "periodic", "periodic"] as const;
  const part = { ...box, grid: { shape: [4, 4, 4], extent: [1, 1, 1], boundary } };
  expect(() => checkAugmentation(part, { rotate: [[0, 1]] })).toThrow("[vx, vz]");
  checkAugmentation(part, { rotate: [[0, 2]], flip: [0, 1, 2], shift: [0, 1, 2] });
  checkAugmentation(box, { flip: [0, 1, 2], shift: [0, 2] });
});

const square: FieldLayout = {
  grid: { shape: [4, 4], extent: [1, 1], boundary: ["periodic", "periodic"] },
  channels: ["xx", "xy", "yy", "p"],
};
test("a turn needs all components of a tensor, a flip needs none", () => {
  const whole = {
    ...square,
    tensors: [
      {
        channels: [
          ["xx", "xy"],
          ["xy", "yy"],
        ],
        axes: [1, 0],
      },
    ],
  };
  checkAugmentation(whole, { flip: [0, 1], rotate: [[0, 1]], shift: [0, 1] });
  const part = {
    ...square,
    tensors: [
      {
        channels: [
          ["xx", "xy"],
          ["xy", null],
        ],
        axes: [1, 0],
      },
    ],
  };
  checkAugmentation(part, { flip: [0, 1], shift: [0, 1] });
  expect(() => checkAugmentation(part, { rotate: [[0, 1]] })).toThrow("[xx, xy]");
});

test("components that point nobody knows where allow a shift, but no flip and no turn", () => {
  const layout = { ...square, undirected: [["xx", "xy", "yy"]] };
  checkAugmentation(layout, { shift: [0, 1] });
  for (const augmentation of [{ flip: [0] }, { rotate: [[0, 1]] }] as Augmentation[]) {
    expect(() => checkAugmentation(layout, augmentation)).toThrow(
      "a flip or turn of [xx, xy, yy], whose directions the data do not say",
    );
  }
});
