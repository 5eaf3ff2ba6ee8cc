import { expect, test } from "vitest";
import { integers, normal, permutation, uniform } from "./draws.ts";
import { key } from "./key.ts";

const mean = (xs: ArrayLike<number>, f = (x: number) => x) =>
  Array.from(xs, f).reduce((sum, x) => sum + x, 0) / xs.length;

test("uniform draws have the mean and variance of [0, 1)", () => {
  const draws = uniform(key(1), 200_000);
  expect(Math.min(...draws.subarray(0, 1000))).toBeGreaterThanOrEqual(0);
  expect(draws.every((x) => x < 1)).toBe(true);
  expect(mean(draws)).toBeCloseTo(1 / 2, 2);
  expect(mean(draws, (x) => (x - 0.5) ** 2)).toBeCloseTo(1 / 12, 3);
});

test("normal draws have the first four moments of the standard normal law", () => {
  const draws = normal(key(2), 400_001);
  expect(mean(draws)).toBeAllclose(0, { atol: 0.01 });
  expect(mean(draws, (x) => x ** 2)).toBeCloseTo(1, 1.5);
  expect(mean(draws, (x) => x ** 3)).toBeAllclose(0, { atol: 0.03 });
  expect(mean(draws, (x) => x ** 4)).toBeAllclose(3, { atol: 0.06 });
});

test("neighbouring normal draws are uncorrelated", () => {
  const draws = normal(key(3), 100_000);
  const products = draws.subarray(1).map((x, i) => x * (draws[i] as number));
  expect(mean(products)).toBeAllclose(0, { atol: 0.015 });
});

test("integers fill their range evenly", () => {
  const counts = new Array<number>(7).fill(0);
  for (const i of integers(key(4), 70_000, 7)) counts[i] = (counts[i] ?? 0) + 1;
  for (const count of counts) expect(count).toBeAllclose(10_000, { atol: 400 });
});

test("a permutation holds each index once and puts each anywhere", () => {
  expect([...permutation(key(5), 100)].sort((a, b) => a - b)).toEqual([...Array(100).keys()]);
  const firsts = Array.from({ length: 4000 }, (_, seed) => permutation(key(seed), 4)[0]);
  for (let i = 0; i < 4; i++) {
    expect(firsts.filter((first) => first === i).length).toBeAllclose(1000, { atol: 120 });
  }
});
