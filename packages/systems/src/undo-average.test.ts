import { observe } from "@eddyflow/datasets";
import { expect, test } from "vitest";
import { undoAverage } from "./undo-average.ts";

test.each([
  [6, 4],
  [5, 3],
])("the waves that %d boxes of %d cells resolve come out of their means", (seen, points) => {
  const n = seen * points;
  const wave = (y: number, x: number) =>
    0.3 + Math.cos(2 * x + y - 0.7) + Math.sin(-2 * y + x) + 0.5 * Math.cos(2 * y);
  const field = Float64Array.from({ length: n * n }, (_, i) =>
    wave((2 * Math.PI * Math.floor(i / n)) / n, (2 * Math.PI * (i % n)) / n),
  );
  const grid = { shape: [n, n], extent: [1, 1], boundary: ["periodic", "periodic"] } as const;
  const means = observe(field, { grid, channels: ["vorticity"] }, [{ kind: "average", points }]);
  const first = observe(field, { grid, channels: ["vorticity"] }, { pointStride: points });
  expect(undoAverage(Float64Array.from(means), seen, points)).toBeAllclose(
    Float64Array.from(first),
    {
      atol: 1e-6,
    },
  );
});

test("means of one cell are the field, but for the waves of the Nyquist wavenumber", () => {
  const alternating = Float64Array.from({ length: 16 }, (_, i) => 2 + (-1) ** i);
  expect(undoAverage(alternating, 4, 1)).toBeAllclose(new Float64Array(16).fill(2));
});
