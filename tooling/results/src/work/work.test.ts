import { expect, test } from "vitest";
import { workCalled } from "./work.test.helpers.ts";
import { inOrder } from "./work.ts";

test("what several works need comes once, and before them", () => {
  const data = workCalled("data");
  const teacher = workCalled("teacher", [data]);
  const students = ["a", "b"].map((name) => workCalled(name, [data, teacher]));
  expect(inOrder(students).map(({ folder }) => folder)).toEqual(["data", "teacher", "a", "b"]);
});
