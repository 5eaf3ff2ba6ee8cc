import { type ErrorName, isEddyflowError } from "@eddyflow/core";
import { key, normal } from "@eddyflow/random";
import { expect, test } from "vitest";
import type { FieldLayout } from "./layout.ts";
import { type Observation, observe, observeLayout } from "./observe.ts";

const [nz, ny, nx] = [4, 6, 8];
const layout: FieldLayout = {
  grid: { shape: [nz, ny, nx], extent: [1, 3, 2], boundary: ["wall", "periodic", "periodic"] },
  channels: ["vx", "vz", "rho"],
  vectors: [{ channels: ["vx", "vz"], axes: [2, 0] }],
};
const at = (z: number, y: number, x: number, c: number) => ((z * ny + y) * nx + x) * 3 + c;
const field = Float64Array.from({ length: nz * ny * nx * 3 }, (_, i) => i);
const range = (count: number) => Array.from({ length: count }, (_, i) => i);

/** The values of an observed field, each from the point and channel that `value` says. */
const built = (shape: readonly number[], value: (...index: number[]) => number) => {
  const indices = shape.reduce<number[][]>(
    (list, points) => list.flatMap((index) => range(points).map((i) => [...index, i])),
    [[]],
  );
  return indices.map((index) => value(...index));
};

test("every n-th point of each axis is seen, all channels of it", () => {
  const expected = built([2, 3, 4, 3], (z = 0, y = 0, x = 0, c = 0) => at(2 * z, 2 * y, 2 * x, c));
  expect([...observe(field, layout, { pointStride: 2 })]).toEqual(expected);
  expect([...observe(field, layout, [{ kind: "stride", pointStride: 2 }])]).toEqual(expected);
  expect(observeLayout(layout, { pointStride: 2 })).toEqual({
    ...layout,
    grid: { ...layout.grid, shape: [2, 3, 4] },
  });
});

test("axes can have strides of their own", () => {
  expect([...observe(field, layout, [{ kind: "stride", pointStride: [1, 3, 4] }])]).toEqual(
    built([4, 2, 2, 3], (z = 0, y = 0, x = 0, c = 0) => at(z, 3 * y, 4 * x, c)),
  );
});

test("without a step the field is copied", () => {
  const line = { grid: { shape: [4], extent: [1], boundary: ["wall"] }, channels: ["u"] } as const;
  const values = Float32Array.of(1, 2, 3, 4);
  for (const observation of [{ pointStride: 1 }, []] as const) {
    const seen = observe(values, line, observation);
    expect([...seen]).toEqual([1, 2, 3, 4]);
    expect(seen).not.toBe(values);
    expect(observeLayout(line, observation)).toEqual(line);
  }
});

test("a box average is the mean over each box", () => {
  const seen = observe(field, layout, [{ kind: "average", points: [2, 3, 4] }]);
  const expected = built([2, 2, 2, 3], (z = 0, y = 0, x = 0, c = 0) => {
    let sum = 0;
    for (const dz of range(2)) {
      for (const dy of range(3)) {
        for (const dx of range(4)) sum += at(2 * z + dz, 3 * y + dy, 4 * x + dx, c);
      }
    }
    return sum / 24;
  });
  expect([...seen]).toEqual(expected);
});

test("a box average conserves the mean of each channel", () => {
  const noise = normal(key(3), field.length);
  const mean = (values: Float32Array, c: number) => {
    const own = values.filter((_, i) => i % 3 === c);
    return own.reduce((sum, value) => sum + value, 0) / own.length;
  };
  const seen = observe(noise, layout, [{ kind: "average", points: 2 }]);
  for (const c of range(3)) expect(mean(seen, c)).toBeCloseTo(mean(noise, c), 7);
});

test("fields are seen by name and in the order asked for", () => {
  const fields: Observation = [{ kind: "fields", channels: ["rho", "vz"] }];
  expect([...observe(field, layout, fields)]).toEqual(
    built([nz, ny, nx, 2], (z = 0, y = 0, x = 0, c = 0) => at(z, y, x, 2 - c)),
  );
  expect(observeLayout(layout, fields)).toEqual({
    grid: layout.grid,
    channels: ["rho", "vz"],
    vectors: [{ channels: ["vz"], axes: [0] }],
  });
  expect(observeLayout(layout, [{ kind: "fields", channels: ["rho"] }])).toEqual({
    grid: layout.grid,
    channels: ["rho"],
  });
});

test("a slice takes the cells that hold a coordinate and drops the axis", () => {
  // Cells of y are half a unit long: 1.2 lies in the third one.
  for (const [coordinate, y] of [
    [1.2, 2],
    [0, 0],
    [0.1 * 5, 1],
    [2.999, 5],
  ] as const) {
    const slice: Observation = [{ kind: "slice", axis: 1, at: coordinate }];
    expect([...observe(field, layout, slice)]).toEqual(
      built([nz, nx, 3], (z = 0, x = 0, c = 0) => at(z, y, x, c)),
    );
  }
  expect(observeLayout(layout, [{ kind: "slice", axis: 1, at: 1 }])).toEqual({
    grid: { shape: [4, 8], extent: [1, 2], boundary: ["wall", "periodic"] },
    channels: layout.channels,
    vectors: [{ channels: ["vx", "vz"], axes: [1, 0] }],
  });
  expect(observeLayout(layout, [{ kind: "slice", axis: 0, at: 0 }]).vectors).toEqual([
    { channels: ["vx", "vz"], axes: [1, null] },
  ]);
});

test("a crop keeps a range of points and its part of the box, which is no longer periodic", () => {
  const crop: Observation = [{ kind: "crop", axis: 2, from: 3, to: 5 }];
  expect([...observe(field, layout, crop)]).toEqual(
    built([nz, ny, 2, 3], (z = 0, y = 0, x = 0, c = 0) => at(z, y, x + 3, c)),
  );
  expect(observeLayout(layout, crop).grid).toEqual({
    shape: [4, 6, 2],
    extent: [1, 3, 0.5],
    boundary: ["wall", "periodic", "wall"],
  });
  expect(observeLayout(layout, [{ kind: "crop", axis: 2, from: 0, to: 8 }])).toEqual(layout);
});

test("steps follow one another: each sees what the one before left", () => {
  const seen = observe(field, layout, [
    { kind: "slice", axis: 1, at: 2.6 },
    { kind: "crop", axis: 1, from: 2, to: 6 },
    { kind: "average", points: [1, 2] },
    { kind: "fields", channels: ["rho"] },
    { kind: "stride", pointStride: [2, 1] },
  ]);
  expect([...seen]).toEqual(
    built([2, 2], (z = 0, x = 0) => (at(2 * z, 5, 2 * x + 2, 2) + at(2 * z, 5, 2 * x + 3, 2)) / 2),
  );
});

test.each<[string, Observation]>([
  ["a pointStride of 4 does not fit an axis of 6", { pointStride: 4 }],
  ["a pointStride of 0", { pointStride: 0 }],
  ["2 numbers for pointStride", [{ kind: "stride", pointStride: [1, 2] }]],
  ["a box of 5", [{ kind: "average", points: 5 }]],
  ['no channel "p"', [{ kind: "fields", channels: ["p"] }]],
  ["the fields []", [{ kind: "fields", channels: [] }]],
  ["the fields [vx, vx]", [{ kind: "fields", channels: ["vx", "vx"] }]],
  ["no axis 3", [{ kind: "slice", axis: 3, at: 0 }]],
  ["a slice at 3", [{ kind: "slice", axis: 1, at: 3 }]],
  ["a slice at NaN", [{ kind: "slice", axis: 1, at: Number.NaN }]],
  ["a crop from 4 to 4", [{ kind: "crop", axis: 1, from: 4, to: 4 }]],
  ["a crop from 0 to 7", [{ kind: "crop", axis: 1, from: 0, to: 7 }]],
  [
    "no axis 2",
    [
      { kind: "slice", axis: 0, at: 0 },
      { kind: "crop", axis: 2, from: 0, to: 1 },
    ],
  ],
])("%s is refused", (part, observation) => {
  const named = (name: ErrorName, run: () => unknown) => {
    try {
      run();
      expect.unreachable();
    } catch (error) {
      expect(isEddyflowError(error, name), String(error)).toBe(true);
      return (error as Error).message;
    }
  };
  expect(named("ArgumentError", () => observe(field, layout, observation))).toContain(part);
  expect(named("ArgumentError", () => observeLayout(layout, observation))).toContain(part);
  named("ShapeError", () => observe(field.subarray(1), layout, observation));
});

test("of a tensor the seen components are kept, and a slice takes its axis away", () => {
  const stress = {
    grid: layout.grid,
    channels: ["xx", "xz", "zz", "a", "b"],
    tensors: [
      {
        channels: [
          ["xx", "xz"],
          ["xz", "zz"],
        ],
        axes: [2, 0],
      },
    ],
    undirected: [["a", "b"]],
  };
  expect(observeLayout(stress, [{ kind: "slice", axis: 0, at: 0 }])).toMatchObject({
    tensors: [{ channels: stress.tensors[0]?.channels, axes: [1, null] }],
    undirected: [["a", "b"]],
  });
  expect(observeLayout(stress, [{ kind: "fields", channels: ["b", "xz"] }])).toEqual({
    grid: layout.grid,
    channels: ["b", "xz"],
    tensors: [
      {
        channels: [
          [null, "xz"],
          ["xz", null],
        ],
        axes: [2, 0],
      },
    ],
    undirected: [["b"]],
  });
  expect(observeLayout(stress, [{ kind: "fields", channels: ["a"] }])).not.toHaveProperty(
    "tensors",
  );
});
