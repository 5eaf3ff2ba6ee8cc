import { isEddyflowError, type Key } from "@eddyflow/core";
import { expect, test } from "vitest";
import { normal } from "./draws.ts";
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

test("a seed in the place of a key is refused, with the way to make a key of it", () => {
  const seed = 5 as unknown as Key;
  for (const use of [() => normal(seed, 1), () => split(seed), () => foldIn(seed, 1)]) {
    expect(use).toThrow("5 is no random key; expected a key of @eddyflow/random");
    expect(use).toThrow("key(5)");
  }
  expect(() => normal(undefined as unknown as Key, 1)).toThrow("undefined is no random key");
});

test("a split has as many keys as were asked for, by its type too", () => {
  const two: readonly [Key, Key] = split(key(1));
  const three: readonly [Key, Key, Key] = split(key(1), 3);
  const many: readonly Key[] = split(key(1), [1, 2, 3, 4].length);
  expect([two.length, three.length, many.length]).toEqual([2, 3, 4]);
});
