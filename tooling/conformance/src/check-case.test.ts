import { expect, test } from "vitest";
import { relativeError } from "./check-case.ts";
import { given, random } from "./nd-array.ts";
import {
  correlated,
  differenced,
  maxPooled,
  maxPooledGradient,
  padded,
  reduced,
  total,
  upsampled,
} from "./references.ts";

const line = (...values: number[]) => given([1, values.length, 1], values);

test("errors are relative to the largest number, and numbers that are not finite must agree", () => {
  expect(relativeError(given([2], [1, 4.5]), given([2], [1, 4]))).toBe(0.125);
  expect(relativeError(given([2], [Number.NaN, 4]), given([2], [Number.NaN, 4]))).toBe(0);
  expect(relativeError(given([1], [Number.NaN]), given([1], [1]))).toBe(Infinity);
  expect(relativeError(given([1], [1]), given([1], [Infinity]))).toBe(Infinity);
  expect(relativeError(given([1], [-Infinity]), given([1], [Infinity]))).toBe(Infinity);
  expect(relativeError(given([2], [1, 1]), given([1, 2], [1, 1]))).toBe(Infinity);
});

test("the references are what one computes by hand", () => {
  const x = line(1, 2, 4);
  expect([...padded(x, 2, ["periodic"]).data]).toEqual([2, 4, 1, 2, 4, 1, 2]);
  expect([...padded(x, 2, ["reflect"]).data]).toEqual([4, 2, 1, 2, 4, 2, 1]);
  expect([...padded(x, 1, ["zero"]).data]).toEqual([0, 1, 2, 4, 0]);
  expect([...correlated(x, given([2, 1, 1], [10, 1])).data]).toEqual([12, 24]);
  expect([...differenced(x, 1, "wall").data]).toEqual([1, 1.5, 2]);
  expect([...differenced(x, 1, "periodic").data]).toEqual([-1, 1.5, -0.5]);
  expect([...upsampled(x).data]).toEqual([1, 1, 2, 2, 4, 4]);
  const y = given([1, 2, 2, 1], [3, 5, 5, 1]);
  expect([...maxPooled(y).data]).toEqual([5]);
  expect([...maxPooledGradient(given([1, 1, 1, 1], [7]), y).data]).toEqual([0, 7, 0, 0]);
  expect([...reduced(total, given([2, 2], [1, 2, 3, 4]), [0]).data]).toEqual([4, 6]);
});

test("random numbers keep away from zero and are held by single precision", () => {
  const { data } = random([1000], 3);
  for (const value of data) {
    expect(Math.fround(value)).toBe(value);
    expect(Math.abs(value)).toBeGreaterThan(0.049);
    expect(Math.abs(value)).toBeLessThanOrEqual(1);
  }
  expect(new Set(data).size).toBeGreaterThan(990);
});
