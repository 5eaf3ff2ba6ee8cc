import { expect, test } from "vitest";
import { ordinal } from "./ordinal.ts";

test("an ordinal ends as it is said", () => {
  expect([1, 2, 3, 4, 5, 11, 12, 13, 20, 21, 22, 101, 111].map(ordinal)).toEqual(
    "1st 2nd 3rd 4th 5th 11th 12th 13th 20th 21st 22nd 101st 111th".split(" "),
  );
});
