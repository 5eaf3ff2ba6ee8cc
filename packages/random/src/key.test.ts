import { isEddyflowError } from "@eddyflow/core";
import { expect, test } from "vitest";
import { foldIn, key, keyFor, split } from "./key.ts";

test("a seed beyond 32 bits fills the high word", () => {
  expect(key(42)).toEqual([0, 42]);
  expect(key(0x1_0000_0005)).toEqual([1, 5]);
});

test("a negative or fractional seed is refused", () => {
  for (const seed of [-1, 0.5, 2 ** 53]) {
    try {
      key(seed);
      expect.unreachable();
    } catch (error) {
      expect(isEddyflowError(error, "ArgumentError")).toBe(true);
    }
  }
});

test("split, fold and purpose give distinct keys", () => {
  const parent = key(3);
  const keys = [
    ...split(parent, 4),
    foldIn(parent, 99),
    keyFor(3, "noise", 0),
    keyFor(3, "noise", 1),
  ];
  expect(new Set([parent, ...keys].map(String)).size).toBe(8);
});

test("the key of a step does not depend on the steps before it", () => {
  expect(keyFor(1, "batch", 1000)).toEqual(keyFor(1, "batch", 1000));
  expect(keyFor(1, "batch", 1000)).not.toEqual(keyFor(1, "noise", 1000));
});
