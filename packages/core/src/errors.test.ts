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

test("a message is one line that no terminal obeys", () => {
  const { message, problem } = new DataError({
    problem: "channel \u001b[31mred\u202e of\n a\r\nfile",
    expected: "names\u0007",
    remedy: "rename\tit",
  });
  expect(message).toBe("channel \\x1b[31mred\\u202e of a file; expected names\\x07; rename it");
  expect(problem).toBe("channel \\x1b[31mred\\u202e of a file");
});

test("no message is longer than 480 characters, and each part keeps its beginning and end", () => {
  const path = `/${"deep/".repeat(800)}u.npy`;
  const long = new DataError({
    problem: `${path} is missing`,
    expected: `one of ${"channel, ".repeat(500)}`,
    remedy: `choose ${"another ".repeat(500)}`,
  });
  expect(long.message.length).toBeLessThanOrEqual(480);
  expect(long.message).toMatch(
    /^\/deep\/.*….*u\.npy is missing; expected one of .*….*; choose .*…/u,
  );
  const { message } = new DataError({
    problem: path,
    expected: "a file",
    remedy: "check the path",
  });
  expect(message).toHaveLength(480);
  expect(message.endsWith("u.npy; expected a file; check the path")).toBe(true);
});
