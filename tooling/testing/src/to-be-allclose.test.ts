import { expect, test } from "vitest";
import { toBeAllclose } from "./to-be-allclose.ts";

test("numbers are close within atol + rtol·|expected|, and not beyond", () => {
  expect([1, -100]).toBeAllclose([1.09, -100.09], { atol: 0.1, rtol: 0 });
  expect([1, -100]).not.toBeAllclose([1.11, -100], { atol: 0.1, rtol: 0 });
  expect(Float32Array.of(0.1, 1e6)).toBeAllclose([0.1, 1_000_005]);
  expect([1_000_011]).not.toBeAllclose([1e6]);
});

test("one number stands for an array of it, and a number is an array of one", () => {
  expect([2, 2, 2.000001]).toBeAllclose(2);
  expect([2, 2, 2.1]).not.toBeAllclose(2);
  expect(0.3).toBeAllclose(0.1 + 0.2);
});

test("other lengths, NaN and what holds no numbers are close to nothing", () => {
  expect([1]).not.toBeAllclose([1, 1]);
  expect([Number.NaN]).not.toBeAllclose([Number.NaN]);
  expect(undefined).not.toBeAllclose(0);
  expect([1, undefined]).not.toBeAllclose([1, 0]);
  expect([Number.POSITIVE_INFINITY, 1]).toBeAllclose([Number.POSITIVE_INFINITY, 1]);
  expect([Number.POSITIVE_INFINITY]).not.toBeAllclose([1]);
});

test("the message names the worst index, value, expected value and tolerance", () => {
  expect(() => expect([1, 2, 5]).toBeAllclose([1, 2.5, 3], { atol: 0.25, rtol: 0 })).toThrow(
    "index 2: 5 instead of 3, off by 2 where atol 0.25 + rtol 0 · |expected| allows 0.25; 2 of 3 numbers are wrong, and this one is the worst",
  );
  expect(() => expect([1]).toBeAllclose([1, 2])).toThrow("there are 1 numbers, not 2");
  expect(toBeAllclose("one", 1).message()).toBe("one is neither a number nor an array");
});
