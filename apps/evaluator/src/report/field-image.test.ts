import { decode } from "fast-png";
import { expect, test } from "vitest";
import { fieldImage } from "./field-image.ts";

test("a field is drawn cell by cell, blue below the centre, red above, black where not finite", () => {
  const field = [-1, 1, 0, Number.NaN];
  const uri = fieldImage(field, [2, 2], { centre: 0, range: 1 }, 3);
  const prefix = "data:image/png;base64,";
  expect(uri.startsWith(prefix)).toBe(true);
  const { width, height, data, channels } = decode(Buffer.from(uri.slice(prefix.length), "base64"));
  expect([width, height, channels]).toEqual([6, 6, 3]);
  const pixel = (y: number, x: number) =>
    Array.from(data.slice((y * 6 + x) * 3, (y * 6 + x) * 3 + 3));
  const [blue, red, white, black] = [pixel(0, 0), pixel(0, 3), pixel(3, 0), pixel(3, 3)];
  expect(blue[2]).toBeGreaterThan(2 * (blue[0] ?? 0));
  expect(red[0]).toBeGreaterThan(2 * (red[2] ?? 0));
  expect(Math.min(...white)).toBeGreaterThan(235);
  expect(black).toEqual([0, 0, 0]);
  // A cell is 3 × 3 pixels of one colour.
  expect(pixel(2, 2)).toEqual(blue);
  expect(pixel(2, 5)).toEqual(red);
});
