import { expect, test } from "vitest";
import { uniform } from "./draws.ts";
import { key } from "./key.ts";
import { drawRows, numRows } from "./rows.ts";
import { normalTensor } from "./tensors.ts";

const ranks = (of: number, every: number) =>
  Array.from({ length: every }, (_, from) => ({ from, every, of }));

test.each([
  [7, 1],
  [7, 2],
  [7, 3],
  [4, 4],
])("%i rows of %i processes are, in turn, those of one process", (of, every) => {
  const draw = (count: number) => ({ a: uniform(key(1), count), b: uniform(key(2), count) });
  const whole = draw(of);
  for (const rows of ranks(of, every)) {
    const own = drawRows(numRows(rows), rows, draw);
    const expected = whole.a.filter((_, row) => row % every === rows.from);
    expect(own.a).toEqual(expected);
    expect(own.b).toEqual(whole.b.filter((_, row) => row % every === rows.from));
    expect(drawRows(numRows(rows), rows, (count) => uniform(key(1), count))).toEqual(expected);
  }
  expect(drawRows(of, undefined, draw)).toEqual(whole);
});

test.each([
  ["once", [5, 2, 3], 0],
  ["with an odd number of values in a row", [5, 3, 1], 0],
  ["three times, as the members of an ensemble", [15, 3], 0],
  ["along the second axis, twice", [2, 10, 3], 1],
] as const)(
  "a process draws the normal numbers of its rows, which a tensor holds %s",
  async (_, shape, axis) => {
    const of = 5;
    const whole = normalTensor(key(3), shape);
    const values = await whole.data();
    const inner = [...shape].slice(axis + 1).reduce((product: number, n) => product * n, 1);
    for (const rows of ranks(of, 2)) {
      const own = shape.map((n, i) => (i === axis ? (n / of) * numRows(rows) : n));
      const drawn = normalTensor(key(3), own, rows, axis);
      const expected = values.filter(
        (_, i) => (Math.floor(i / inner) % of) % rows.every === rows.from,
      );
      expect(drawn.shape).toEqual(own);
      expect(await drawn.data()).toEqual(expected);
      drawn.dispose();
    }
    whole.dispose();
  },
);
