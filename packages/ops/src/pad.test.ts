import type { Padding } from "@eddyflow/core";
import { memory } from "@tensorflow/tfjs-core";
import { expect, test } from "vitest";
import { expectLinearAdjoint, field } from "./adjoint.test.helpers.ts";
import { pad } from "./pad.ts";

/** Index into an axis of n cells that the padded index i shows, or null for a zero. */
function source(i: number, n: number, mode: Padding): number | null {
  if (mode === "periodic") return (i + n) % n;
  if (mode === "zero") return i < 0 || i >= n ? null : i;
  return i < 0 ? -i : i >= n ? 2 * (n - 1) - i : i;
}

const modes: Padding[] = ["periodic", "zero", "reflect"];
const cases = modes.flatMap((a) =>
  modes.flatMap((b) => [1, 2, 3].map((width) => [[a, b], width] as const)),
);

test.each(cases)("pad %j by %i shows the cells of the definition", async (padding, width) => {
  const [batch, rows, columns, channels] = [2, 4, 5, 3];
  const x = field([batch, rows, columns, channels], 1);
  const data = await x.data();
  const y = pad(x, width, padding);
  const padded = await y.data();
  const shape = [batch, rows + 2 * width, columns + 2 * width, channels];
  expect(y.shape).toEqual(shape);
  let k = 0;
  for (let b = 0; b < batch; b++)
    for (let i = -width; i < rows + width; i++)
      for (let j = -width; j < columns + width; j++)
        for (let c = 0; c < channels; c++, k++) {
          const row = source(i, rows, padding[0]);
          const column = source(j, columns, padding[1]);
          const expected =
            row === null || column === null
              ? 0
              : data[((b * rows + row) * columns + column) * channels + c];
          expect(padded[k]).toBe(expected);
        }
  x.dispose();
  y.dispose();
});

test.each(cases)("the gradient of pad %j by %i is its adjoint", async (padding, width) => {
  const before = memory().numTensors;
  const x = field([2, 4, 5, 3], 1);
  await expectLinearAdjoint((t) => pad(t, width, padding), x, 3);
  x.dispose();
  expect(memory().numTensors).toBe(before);
});

test("a field in three dimensions is padded along each of its axes", async () => {
  const x = field([1, 3, 4, 5, 2], 3);
  const padding: Padding[] = ["periodic", "reflect", "zero"];
  const y = pad(x, 2, padding);
  expect(y.shape).toEqual([1, 7, 8, 9, 2]);
  await expectLinearAdjoint((t) => pad(t, 2, padding), x, 3);
  x.dispose();
  y.dispose();
});

test("padding by nothing gives the field itself", async () => {
  const x = field([1, 2, 2, 1], 1);
  const y = pad(x, 0, ["periodic", "zero"]);
  expect(await y.data()).toEqual(await x.data());
  x.dispose();
  y.dispose();
});

test("an axis too short to be padded is an error that says how long it must be", () => {
  const x = field([1, 2, 8, 1], 1);
  expect(() => pad(x, 3, ["periodic", "zero"])).toThrow("at least 3 cells");
  expect(() => pad(x, 2, ["reflect", "zero"])).toThrow("at least 3 cells");
  expect(() => pad(x, 1, ["periodic"])).toThrow("one per spatial axis");
  x.dispose();
});
