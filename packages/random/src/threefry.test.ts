import { expect, test } from "vitest";
import { threefry2x32 } from "./threefry.ts";

const block = (key: readonly [number, number], counter: number) => {
  const out = new Uint32Array(2);
  threefry2x32(key, counter, out);
  return [...out].map((word) => word.toString(16).padStart(8, "0"));
};

test("the zero block equals the known answer of Random123", () => {
  expect(block([0, 0], 0)).toEqual(["6b200159", "99ba4efe"]);
});

test("a counter beyond 2^32 uses the high word, as the all-ones known answer of Random123 does", () => {
  const allOnes = 0xffff_ffff * 0x1_0000_0000 + 0xffff_ffff;
  expect(Number.isSafeInteger(allOnes)).toBe(false);
  expect(block([0xffff_ffff, 0xffff_ffff], 0x1_0000_0000)).not.toEqual(
    block([0xffff_ffff, 0xffff_ffff], 0),
  );
});

test("an odd number of words is the beginning of the even one", () => {
  const odd = new Uint32Array(5);
  const even = new Uint32Array(6);
  threefry2x32([7, 11], 0, odd);
  threefry2x32([7, 11], 0, even);
  expect([...odd]).toEqual([...even.subarray(0, 5)]);
});
