import { observe } from "@eddyflow/datasets";
import { key, normal } from "@eddyflow/random";
import { expect, test } from "vitest";
import { undoAverage } from "./undo-average.ts";

const seenOf = (field: Float64Array, n: number, points: number) => {
  const grid = { shape: [n, n], extent: [1, 1], boundary: ["periodic", "periodic"] } as const;
  const layout = { grid, channels: ["vorticity"] };
  return Float64Array.from(observe(field, layout, [{ kind: "average", points }]));
};

test.each([
  [6, 4],
  [5, 3],
])("the waves that %d boxes of %d cells resolve come out of their means", (seen, points) => {
  const n = seen * points;
  const wave = (y: number, x: number) =>
    0.3 + Math.cos(2 * x + y - 0.7) + Math.sin(-2 * y + x) + 0.5 * Math.cos(2 * y);
  const on = (points: number) =>
    Float64Array.from({ length: points * points }, (_, i) =>
      wave((2 * Math.PI * Math.floor(i / points)) / points, (2 * Math.PI * (i % points)) / points),
    );
  const means = seenOf(on(n), n, points);
  for (const coarser of [n, seen]) {
    expect(undoAverage(means, { seen, points, n: coarser })).toBeAllclose(on(coarser), {
      atol: 1e-6,
    });
  }
});

test("the field has the means that it was made of, whatever they are", () => {
  for (const [seen, points] of [
    [6, 4],
    [5, 3],
  ] as const) {
    const means = Float64Array.from(normal(key(1), seen * seen));
    const n = seen * points;
    expect(seenOf(undoAverage(means, { seen, points, n }), n, points)).toBeAllclose(means, {
      atol: 1e-6,
    });
  }
});

test("on the points that are seen, waves of the Nyquist wavenumber are left out", () => {
  const alternating = Float64Array.from({ length: 16 }, (_, i) => 2 + (-1) ** i);
  expect(undoAverage(alternating, { seen: 4, points: 1, n: 4 })).toBeAllclose(
    new Float64Array(16).fill(2),
  );
});
