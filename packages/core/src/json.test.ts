import { expect, test } from "vitest";
import { parseJson } from "./json.ts";

const nested = (depth: number): string => `${"[".repeat(depth)}${"]".repeat(depth)}`;

test("JSON is read as it is", () => {
  const value = { a: [1, 'x"[[\\', null], b: { c: "{" } };
  expect(parseJson(JSON.stringify(value))).toEqual(value);
  expect(() => parseJson("{")).toThrow(SyntaxError);
  expect(parseJson(nested(100))).toHaveLength(1);
});

test("a text that is nested too deep is refused before it is parsed", () => {
  expect(() => parseJson(nested(101))).toThrow("nested deeper than 100 levels");
  expect(() => parseJson(nested(10_000_000))).toThrow(SyntaxError);
  expect(() => parseJson(`${'{"a":'.repeat(200)}1${"}".repeat(200)}`)).toThrow(SyntaxError);
  const brackets = JSON.stringify("[".repeat(200));
  expect(parseJson(brackets)).toHaveLength(200);
});
