import { expect, test } from "vitest";
import { decodeSafetensors } from "./decode-safetensors.ts";
import { encodeSafetensors } from "./encode-safetensors.ts";
import { halfBits } from "./half-bits.ts";

test.each([
  [0, 0x0000],
  [-0, 0x8000],
  [1, 0x3c00],
  [-2, 0xc000],
  [65_504, 0x7bff],
  [65_520, 0x7c00],
  [2 ** -14, 0x0400],
  [2 ** -24, 0x0001],
  [2 ** -25, 0x0000],
  [1 + 2 ** -11, 0x3c00],
  [1 + 3 * 2 ** -11, 0x3c02],
  [1 / 3, 0x3555],
])("the half of %s is that of the standard", (value, bits) => {
  expect(halfBits(value)).toBe(bits);
});

test("every finite half is itself, and what lies between is rounded to the nearest", () => {
  const all = Uint16Array.from({ length: 0x7c00 }, (_, bits) => bits);
  const values = Array.from(all, (bits) => {
    const [exponent, mantissa] = [bits >> 10, bits & 0x3ff];
    return exponent === 0 ? mantissa * 2 ** -24 : (1024 + mantissa) * 2 ** (exponent - 25);
  });
  expect(values.findIndex((value, bits) => halfBits(value) !== bits)).toBe(-1);
  for (let i = 1; i < values.length; i += 97) {
    const [low, high] = [values[i - 1] as number, values[i] as number];
    expect(halfBits(low + 0.4 * (high - low))).toBe(i - 1);
    expect(halfBits(low + 0.6 * (high - low))).toBe(i);
  }
});

test("an array in half precision takes two bytes a number and is read as its halves", () => {
  const data = Float32Array.of(1, 1 / 3, -3.5);
  const bytes = encodeSafetensors({ a: { dtype: "F16", shape: [3], data } });
  expect(decodeSafetensors(bytes).arrays).toEqual({
    a: { dtype: "F16", shape: [3], data: Float32Array.of(1, 0x555 / 2 ** 12, -3.5) },
  });
  expect(bytes.length).toBe(
    encodeSafetensors({ a: { dtype: "F32", shape: [3], data } }).length - 6,
  );
});
