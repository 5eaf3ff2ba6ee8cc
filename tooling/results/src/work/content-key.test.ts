import { expect, test } from "vitest";
import { contentKey } from "./content-key.ts";

test("a key does not depend on the order of an object's keys, at any depth", () => {
  expect(contentKey({ a: 1, b: { c: [1, 2], d: null } })).toBe(
    contentKey({ b: { d: null, c: [1, 2] }, a: 1 }),
  );
});

test.each([
  [{ a: 1 }, { a: 2 }],
  [{ a: [1, 2] }, { a: [2, 1] }],
  [{ a: { b: 1 } }, { a: { c: 1 } }],
  [{ a: "1" }, { a: 1 }],
])("%j and %j have keys of their own", (one, other) => {
  expect(contentKey(one)).not.toBe(contentKey(other));
});
