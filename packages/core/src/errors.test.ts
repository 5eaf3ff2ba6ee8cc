import { expect, test } from "vitest";
import { DataError, isEddyflowError } from "./errors.ts";

const error = new DataError({
  problem: "frame 3 of u.npy is cut short",
  expected: "4096 bytes",
  remedy: "copy the file again",
  cause: new RangeError("end of file"),
});

test("an error says in one line what was wrong, what was expected and what to do", () => {
  expect(error.message).toBe(
    "frame 3 of u.npy is cut short; expected 4096 bytes; copy the file again",
  );
  expect(error.message).not.toContain("\n");
  expect((error.cause as Error).message).toBe("end of file");
});

test("errors are recognised by marker and name", () => {
  expect(isEddyflowError(error)).toBe(true);
  expect(isEddyflowError(error, "DataError")).toBe(true);
  expect(isEddyflowError(error, "ShapeError")).toBe(false);
  expect(isEddyflowError(new Error("plain"))).toBe(false);
  expect(isEddyflowError("DataError")).toBe(false);
});
