import { decode } from "fast-png";
import { expect, test } from "vitest";
import { type ColourScale, divergingScale, fieldImage, spreadScale } from "./field-image.ts";

function pixelsOf(field: readonly number[], scale: ColourScale): number[][] {
  const uri = fieldImage(field, [2, 2], scale);
  const prefix = "data:image/png;base64,";
  expect(uri.startsWith(prefix)).toBe(true);
  const { width, height, data, palette } = decode(Buffer.from(uri.slice(prefix.length), "base64"));
  expect([width, height]).toEqual([2, 2]);
  return Array.from(data, (entry) => palette?.[entry] ?? []);
}

test("each point is a pixel, blue below the centre, red above, black where not finite", () => {
  const scale = { kind: "diverging", low: -1, high: 1 } as const;
  const [blue = [], red = [], white = [], black] = pixelsOf([-1, 1, 0, Number.NaN], scale);
  expect(blue[2]).toBeGreaterThan(2 * (blue[0] ?? 0));
  expect(red[0]).toBeGreaterThan(2 * (red[2] ?? 0));
  expect(Math.min(...white)).toBeGreaterThan(235);
  expect(black).toEqual([0, 0, 0]);
});

test("a sequential scale grows darker, so that it can be read without colour", () => {
  const scale = { kind: "sequential", low: 0, high: 3 } as const;
  const light = pixelsOf([0, 1, 2, 3], scale).map(
    ([r = 0, g = 0, b = 0]) => 0.2126 * r + 0.7152 * g + 0.0722 * b,
  );
  expect(light).toEqual(light.toSorted((a, b) => b - a));
  expect(new Set(light).size).toBe(4);
});

test("values beyond a scale have the colour of its end", () => {
  const scale = { kind: "diverging", low: -1, high: 1 } as const;
  const [end, beyond] = pixelsOf([1, 9, 0, 0], scale);
  expect(beyond).toEqual(end);
});

test("scales span the truth about its mean, and the spread from zero to its greatest finite value", () => {
  const scale = divergingScale([Float32Array.of(1, 2, 6)]);
  expect(scale).toEqual({ kind: "diverging", low: 0, high: 6 });
  expect(spreadScale([Float32Array.of(0.5, 2, Number.NaN)]).high).toBe(2);
});
